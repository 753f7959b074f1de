"""What RegisterTaskDefinition refuses, and what it fills in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .container_rules import check_containers
from .fargate_rules import check_fargate
from .refusals import client_error
from .sizes import cpu_units, memory_mib, no_fargate_size
from .tag_rules import check_tags
from .words import WORD, check_role

_CONTAINER_DEFAULTS: dict[str, Any] = {
    "cpu": 0,
    "portMappings": [],
    "essential": True,
    "environment": [],
    "mountPoints": [],
    "volumesFrom": [],
    "systemControls": [],
}


def registered_content(
    request: Mapping[str, Any], memory_of_cpu: Mapping[int, tuple[int, ...]]
) -> dict[str, Any]:
    """The members of the new task definition, as ECS describes them. Raises EcsRefusal.

    `memory_of_cpu` are the sizes of Fargate tasks: MiB by CPU units.
    """
    fargate = "FARGATE" in (request.get("requiresCompatibilities") or ())
    if not WORD.fullmatch(request["family"]):
        raise client_error(f"Family '{request['family'][:64]}' contains invalid characters or is too long.")
    for role in ("taskRoleArn", "executionRoleArn"):
        check_role(request.get(role))
    check_tags(request.get("tags") or [])
    size = _task_size(request)
    containers = list(request["containerDefinitions"])
    check_containers(request, containers, size)
    if fargate:
        check_fargate(request, containers, size, memory_of_cpu)
    content = {name: value for name, value in request.items() if name not in {"family", "tags"}}
    content |= {name: str(value) for name, value in size.items()}
    content["containerDefinitions"] = [{**_CONTAINER_DEFAULTS, **container} for container in containers]
    for container in content["containerDefinitions"]:
        container["mountPoints"] = [{"readOnly": False, **point} for point in container["mountPoints"]]
    content.setdefault("networkMode", "bridge")
    content.setdefault("volumes", [])
    content["volumes"] = [
        volume if len(volume) > 1 else {**volume, "host": {}} for volume in content["volumes"]
    ]
    content.setdefault("placementConstraints", [])
    awsvpc = content["networkMode"] == "awsvpc"
    runs_on_fargate = (
        awsvpc and len(size) == 2 and not no_fargate_size(size["cpu"], size["memory"], memory_of_cpu)
    )
    content["compatibilities"] = ["EC2", "FARGATE"] if runs_on_fargate else ["EC2"]
    content["requiresAttributes"] = _attributes(content)
    return content


def _task_size(request: Mapping[str, Any]) -> dict[str, int]:
    size = {}
    for name, read in (("cpu", cpu_units), ("memory", memory_mib)):
        if request.get(name):
            value = read(request[name])
            if value is None:
                raise client_error(
                    f"Invalid '{name}' setting for task. '{request[name][:64]}' is not a number of units."
                )
            size[name] = value
    return size


def _attributes(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """Those that say something here; ECS has more."""
    names = set()
    for container in content["containerDefinitions"]:
        if (container.get("logConfiguration") or {}).get("logDriver") == "awslogs":
            names.add("com.amazonaws.ecs.capability.logging-driver.awslogs")
        if container.get("secrets"):
            names.add("ecs.capability.secrets.asm.environment-variables")
    if content.get("taskRoleArn"):
        names.add("com.amazonaws.ecs.capability.task-iam-role")
    if content["networkMode"] == "awsvpc":
        names.add("ecs.capability.task-eni")
    return [{"name": name} for name in sorted(names)]
