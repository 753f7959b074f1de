"""The secrets of a container: from the configuration, or the reason that ECS would give."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

_PARTS_OF_A_SECRET = 7
_PULL = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "


class SecretMissing(Exception):
    """There is no such secret; the message is ECS's stoppedReason."""


def secret_values(secrets: Iterable[Mapping[str, str]], known: Mapping[str, str]) -> dict[str, str]:
    """The variables of a container's `secrets`. Raises SecretMissing."""
    return {secret["name"]: _value(secret["valueFrom"], known) for secret in secrets}


def _value(source: str, known: Mapping[str, str]) -> str:
    """The value of an ARN or name. After the ARN of Secrets Manager may come `:json-key:version-stage:version-id`."""
    if source in known:
        return known[source]
    parts = source.split(":")
    whole, key = (
        ":".join(parts[:_PARTS_OF_A_SECRET]),
        "".join(parts[_PARTS_OF_A_SECRET : _PARTS_OF_A_SECRET + 1]),
    )
    secret = known.get(whole)
    if secret is None or not key:
        raise SecretMissing(_PULL + _not_found(source))
    try:
        return str(json.loads(secret)[key])
    except (ValueError, KeyError, TypeError):
        raise SecretMissing(
            f"{_PULL}unable to retrieve secret from asm: "
            f"retrieved secret from Secrets Manager did not contain json key {key}"
        ) from None


def _not_found(source: str) -> str:
    if ":secretsmanager:" in source:
        return (
            "unable to retrieve secret from asm: service call has been retried 1 time(s): "
            f"failed to fetch secret {source} from secrets manager: "
            "ResourceNotFoundException: Secrets Manager can't find the specified secret."
        )
    return (
        "unable to retrieve secrets from ssm: service call has been retried 1 time(s): "
        f"invalid ssm parameters: {source}"
    )
