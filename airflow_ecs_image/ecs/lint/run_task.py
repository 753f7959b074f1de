"""What the executor makes of run_task_kwargs before it calls RunTask."""

from __future__ import annotations

import json
import re
from typing import Any

RUN_TASK_MEMBERS = frozenset(
    {
        "capacityProviderStrategy",
        "clientToken",
        "cluster",
        "count",
        "enableECSManagedTags",
        "enableExecuteCommand",
        "group",
        "launchType",
        "networkConfiguration",
        "overrides",
        "placementConstraints",
        "placementStrategy",
        "platformVersion",
        "propagateTags",
        "referenceId",
        "startedBy",
        "tags",
        "taskDefinition",
        "volumeConfigurations",
    }
)
"""The arguments of RunTask (ECS API reference; a test holds them to botocore's model)."""

OPTIONS_IN_KWARGS = frozenset(
    {
        "assign_public_ip",
        "capacity_provider_strategy",
        "cluster",
        "container_name",
        "launch_type",
        "platform_version",
        "security_groups",
        "subnets",
        "task_definition",
    }
)
"""Options that the executor also takes from run_task_kwargs, under these names (RunTaskKwargsConfigKeys)."""

OF_FARGATE = ("FARGATE", "FARGATE_SPOT")


def camelized(key: str) -> str:
    """A key as the executor sends it (inflection.camelize, which leaves what is camel case already)."""
    first, *rest = re.split(r"_", key)
    return first[:1].lower() + first[1:] + "".join(part[:1].upper() + part[1:] for part in rest)


def object_in(text: str) -> dict[str, Any] | None:
    """The JSON object in a text, None where there is none."""
    try:
        content = json.loads(text)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def strategy_of(content: dict[str, Any] | None) -> Any:
    """The capacity provider strategy in either spelling, None where there is none."""
    content = content or {}
    return content.get("capacity_provider_strategy", content.get("capacityProviderStrategy"))


def providers_of(strategy: Any) -> list[str]:
    """The names in a strategy, as far as it is one."""
    items = strategy if isinstance(strategy, list) else []
    return [
        str(each["capacityProvider"])
        for each in items
        if isinstance(each, dict) and "capacityProvider" in each
    ]
