"""Arguments of RunTask as JSON or as a table."""

from __future__ import annotations

import json

from airflow_ecs_image.spec.refusal import Refused

_ALLOWED = 'a JSON object such as {"enableExecuteCommand": true}'


def json_object(value: object) -> object:
    """A table of TOML as it is, text as the JSON object that it holds."""
    if not isinstance(value, str):
        return value
    try:
        parsed = json.loads(value)
    except ValueError:
        raise Refused("it is not JSON", _ALLOWED) from None
    if not isinstance(parsed, dict):
        raise Refused("it is not a JSON object", _ALLOWED)
    return parsed
