"""Arguments of RunTask as JSON or as a table."""

from __future__ import annotations

import json
from collections.abc import Mapping

from airflow_ecs_image.spec.refusal import Refused

_ALLOWED = 'a JSON object such as {"enableExecuteCommand": true}'

# Arguments of RunTask that the executor takes from elsewhere, and the key of the ECS spec that decides each.
_DECIDED = {
    "tags": "tags",
    "capacityProviderStrategy": "capacity_providers",
    "capacity_provider_strategy": "capacity_providers",
    "launchType": "launch_type",
    "launch_type": "launch_type",
    "cluster": "cluster",
    "taskDefinition": "task_definition",
    "task_definition": "task_definition",
    "platformVersion": "platform_version",
    "platform_version": "platform_version",
}


def refuse_decided(arguments: Mapping[str, object]) -> None:
    """Refuse an argument that another key decides, or the executor itself."""
    for name in arguments:
        if key := _DECIDED.get(name):
            raise Refused("a key of its own decides it", f"the key {key}", item=name)
        if name == "count":
            raise Refused("the executor sets it", "leave it out", item=name)


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
