"""Credentials: refused unless ordered, and never shown."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from airflow_ecs_image.spec.refusal import CredentialsWithoutOrder, Refused

CREDENTIAL_FIELDS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")


def secret(value: SecretStr) -> SecretStr:
    """Refuse what cannot be a credential, without showing it."""
    text = value.get_secret_value()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise Refused(
            "it holds a space or a character that no credential has", "the value as AWS gave it", secret=True
        )
    return value


def bake_credentials(ordered: bool, given: Mapping[str, SecretStr | None]) -> bool:
    """Refuse credentials without the order to bake them, and an incomplete set with it.

    `given` holds the validated credential fields; one that failed its own rule is missing from it.
    """
    present = tuple(name for name in CREDENTIAL_FIELDS if given.get(name) is not None)
    if present and not ordered:
        raise CredentialsWithoutOrder(present)
    if not present or any(name not in given for name in CREDENTIAL_FIELDS):
        return ordered
    missing = [name for name in CREDENTIAL_FIELDS[:2] if name not in present]
    if missing:
        raise Refused(
            f"{missing[0]} is not given", "aws_access_key_id and aws_secret_access_key together", secret=True
        )
    key_id = given["aws_access_key_id"]
    # IAM user guide, "Unique identifiers": ASIA is the prefix of temporary access keys.
    if (
        key_id is not None
        and key_id.get_secret_value().startswith("ASIA")
        and "aws_session_token" not in present
    ):
        raise Refused(
            "a temporary access key needs its session token", "give aws_session_token as well", secret=True
        )
    return ordered
