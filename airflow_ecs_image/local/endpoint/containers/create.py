"""What the engine is asked to make for a container of a task: records in, the body of its call out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_ecs_image.local.endpoint.configuration import Configuration
from airflow_ecs_image.local.endpoint.task import Task, TaskContainer
from airflow_ecs_image.local.endpoint.task_document import container_limits

from .labels import labels
from .secret_values import secret_values

AGENT = "http://169.254.170.2"
"""Where a task on ECS finds its credentials and its metadata."""

PAUSE = ""
"""The container that holds the network of a task of several: it has no name in the task definition."""

_MIB = 1024 * 1024
_NANOSECONDS = 10**9
_UNITS_OF_A_CPU = 1024
_LEAST_SHARES = 2


@dataclass(frozen=True)
class Room:
    """What is the same for all tasks of an endpoint."""

    configuration: Configuration
    cpus: int
    own_image: str


def container_name(task: Task, stack: str, container: str) -> str:
    """Its name at the engine."""
    return f"{stack}-task-{task.id}-{container or '.pause'}"


def volume_name(task: Task, stack: str, volume: str) -> str:
    """The name at the engine of a volume that several mount points share."""
    return f"{stack}-task-{task.id}-{volume}"


def shared_volumes(task: Task) -> list[str]:
    """The volumes of a task that are mounted more than once; all others are anonymous, and go with their container."""
    points = Counter(
        point["sourceVolume"]
        for definition in task.definition["containerDefinitions"]
        for point in definition.get("mountPoints") or ()
    )
    return sorted(name for name, count in points.items() if count > 1)


def pause_body(task: Task, room: Room) -> dict[str, Any]:
    """The container that has the network, and does nothing."""
    return {
        "Image": room.own_image,
        "Entrypoint": ["sleep"],
        "Cmd": ["infinity"],
        "Labels": labels(task, room.configuration.stack, PAUSE),
        "HostConfig": {"NetworkMode": room.configuration.network, "Init": True},
        **_network(task, room.configuration.network),
    }


def container_body(task: Task, container: TaskContainer, room: Room) -> dict[str, Any]:
    """The body for a container. Raises SecretMissing.

    What the task definition leaves out is the image's own: entrypoint, command, user, folder.
    """
    definition = task.container_definition(container.name)
    override = task.container_override(container.name)
    configuration = room.configuration
    body: dict[str, Any] = {
        "Image": container.image,
        "Env": [f"{name}={value}" for name, value in environment(task, container, configuration).items()],
        "Labels": {
            **(definition.get("dockerLabels") or {}),
            **labels(task, configuration.stack, container.name),
        },
        "HostConfig": _host(task, definition, override, room),
    }
    optional = {
        "Cmd": override.get("command") or definition.get("command"),
        "Entrypoint": definition.get("entryPoint"),
        "User": definition.get("user"),
        "WorkingDir": definition.get("workingDirectory"),
        "Healthcheck": _health_check(definition.get("healthCheck")),
    }
    body |= {name: value for name, value in optional.items() if value}
    if len(task.containers) > 1:
        pause = container_name(task, configuration.stack, PAUSE)
        body["HostConfig"]["NetworkMode"] = f"container:{pause}"
    else:
        body["HostConfig"]["NetworkMode"] = configuration.network
        body |= _network(task, configuration.network)
    return body


def environment(task: Task, container: TaskContainer, configuration: Configuration) -> dict[str, str]:
    """All variables of a container: the stack's, the definition's, the overrides', the secrets', ECS's.

    Later ones win. Raises SecretMissing.
    """
    definition = task.container_definition(container.name)
    variables = dict(configuration.environment)
    for source in (definition, task.container_override(container.name)):
        variables |= {pair["name"]: pair.get("value", "") for pair in source.get("environment") or ()}
    variables |= secret_values(definition.get("secrets") or (), configuration.secrets)
    variables |= {
        "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
        "AWS_REGION": configuration.region,
        "AWS_DEFAULT_REGION": configuration.region,
        "ECS_CONTAINER_METADATA_URI_V4": f"{AGENT}/v4/{task.fargate_id(container)}",
        "ECS_AGENT_URI": f"{AGENT}/api/{task.fargate_id(container)}",
    }
    if task.task_role:
        variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = f"/v2/credentials/{task.credentials_id}"
    return variables


def _host(
    task: Task, definition: Mapping[str, Any], override: Mapping[str, Any], room: Room
) -> dict[str, Any]:
    linux = definition.get("linuxParameters") or {}
    host: dict[str, Any] = {
        "ReadonlyRootfs": bool(definition.get("readonlyRootFilesystem")),
        "Init": bool(linux.get("initProcessEnabled")),
        "LogConfig": {"Type": "json-file", "Config": {}},
        "Mounts": [_mount(task, point, room) for point in definition.get("mountPoints") or ()],
        "Ulimits": [
            {"Name": limit["name"], "Soft": limit["softLimit"], "Hard": limit["hardLimit"]}
            for limit in definition.get("ulimits") or ()
        ],
        **_limits(task, container_limits(dict(definition), dict(override)), room.cpus),
    }
    if size := linux.get("sharedMemorySize"):
        host["ShmSize"] = size * _MIB
    return host


def _limits(task: Task, container: Mapping[str, int], cpus: int) -> dict[str, int]:
    """CPU and memory. The task's are limits of all its containers together; here each container has them."""
    limits: dict[str, int] = {}
    memory = min((int(value) for value in (task.memory, container.get("memory")) if value), default=0)
    if memory:
        # The same for memory and swap is no swap at all.
        limits |= {"Memory": memory * _MIB, "MemorySwap": memory * _MIB}
    if reservation := container.get("memoryReservation"):
        limits["MemoryReservation"] = reservation * _MIB
    if task.cpu:
        # The engine refuses more CPUs than the machine has.
        limits["NanoCpus"] = min(int(task.cpu) * _NANOSECONDS // _UNITS_OF_A_CPU, cpus * _NANOSECONDS)
    if shares := container.get("cpu"):
        limits["CpuShares"] = max(shares, _LEAST_SHARES)
    return limits


def _mount(task: Task, point: Mapping[str, Any], room: Room) -> dict[str, Any]:
    mount: dict[str, Any] = {
        "Type": "volume",
        "Target": point["containerPath"],
        "ReadOnly": bool(point.get("readOnly")),
    }
    if point["sourceVolume"] in shared_volumes(task):
        mount["Source"] = volume_name(task, room.configuration.stack, point["sourceVolume"])
    return mount


def _health_check(check: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not check:
        return None
    return {
        "Test": check["command"],
        "Interval": check.get("interval", 30) * _NANOSECONDS,
        "Timeout": check.get("timeout", 5) * _NANOSECONDS,
        "Retries": check.get("retries", 3),
        "StartPeriod": check.get("startPeriod", 0) * _NANOSECONDS,
    }


def _network(task: Task, network: str) -> dict[str, Any]:
    """Its address in the range of the agent's comes beside the one that the network gives it."""
    return {
        "NetworkingConfig": {
            "EndpointsConfig": {network: {"IPAMConfig": {"LinkLocalIPs": [task.link_local]}}}
        }
    }
