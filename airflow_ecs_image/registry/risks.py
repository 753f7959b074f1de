"""Why an image should not leave this machine: each reason with the flag that takes the risk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from airflow_ecs_image.checks.credential_patterns import (
    AWS_CREDENTIAL_NAMES,
    aws_keys,
    holds_private_key,
    holds_url_password,
    is_secret_name,
)
from airflow_ecs_image.checks.record import CheckRecord
from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import PushRefused
from airflow_ecs_image.spec.label_names import BAKED_CREDENTIALS, BASE_FALLBACK

UNCHECKED = "--allow-unchecked"
FALLBACK = "--allow-fallback"
BAKED = "--allow-baked-credentials"


@dataclass(frozen=True)
class Risk:
    """One reason, the flag that takes the risk, and what makes the reason go away."""

    image: str
    reason: str
    flag: str
    mend: str


def risks(
    image: str, labels: Mapping[str, str], environment: Mapping[str, str], record: CheckRecord | None
) -> tuple[Risk, ...]:
    """The risks of one image, by its labels, its environment and the record of its last check.

    Names of variables are told, never their values.
    """
    return (*_unchecked(image, record), *_fallback(image, labels), *_credentials(image, labels, environment))


def take_or_refuse(found: Sequence[Risk], allowed: frozenset[str], console: Console) -> None:
    """Warn about the risks whose flags are in `allowed`. Raises PushRefused, naming all the others at once."""
    for risk in found:
        if risk.flag in allowed:
            console.warning(f"{risk.image}: {risk.reason}")
    refused = [risk for risk in found if risk.flag not in allowed]
    if refused:
        raise PushRefused(
            "\n".join(
                f"{risk.image}: {risk.reason} ({risk.flag} pushes it all the same)" for risk in refused
            ),
            mend="\n".join(dict.fromkeys(risk.mend for risk in refused)),
        )


def _unchecked(image: str, record: CheckRecord | None) -> Iterator[Risk]:
    mend = f"python build.py check {image}"
    if record is None or record.ran == 0:
        yield Risk(image, "no check of this image is on record here", UNCHECKED, mend)
    elif not record.passed:
        yield Risk(
            image,
            f"its last check failed ({', '.join(record.failed)}; {record.checked_at})",
            UNCHECKED,
            f"mend what `{mend}` reports, and build again",
        )


def _fallback(image: str, labels: Mapping[str, str]) -> Iterator[Risk]:
    if labels.get(BASE_FALLBACK) == "true":
        yield Risk(
            image,
            "its base is the source base only because no registry answered",
            FALLBACK,
            "build it with --base source, which asks for that base by name, or where the registry answers",
        )


def _credentials(image: str, labels: Mapping[str, str], environment: Mapping[str, str]) -> Iterator[Risk]:
    names = [name for name, value in environment.items() if value and _is_credential(name, value)]
    baked = labels.get(BAKED_CREDENTIALS) == "true"
    if baked or names:
        what = f"variable {', '.join(names)}" if names else "baked in by order"
        yield Risk(
            image,
            f"it holds credentials, which everyone who can pull it can read: {what}",
            BAKED,
            "build it without --bake-credentials and give the ECS task a task role",
        )


def _is_credential(name: str, value: str) -> bool:
    content = value.encode("utf-8", "surrogateescape")
    return (
        name.upper() in AWS_CREDENTIAL_NAMES
        or is_secret_name(name)
        or any(aws_keys(content))
        or holds_private_key(content)
        or holds_url_password(content)
    )
