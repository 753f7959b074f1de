"""A task in ECS's shape: the `Task` of the API reference."""

from __future__ import annotations

from typing import Any

from .arns import Names
from .task import RUNNING, STOPPED, Task, TaskContainer

_LATEST_PLATFORM = "1.4.0"
_FARGATE = "FARGATE"
_LEAST_STORAGE = 20


def launch_type(task: Task) -> str:
    """`FARGATE` or `EC2`. Tasks of the Fargate capacity providers have Fargate's."""
    if given := task.request.get("launchType"):
        return str(given)
    provider = capacity_provider(task)
    if provider:
        return _FARGATE if provider.startswith(_FARGATE) else "EC2"
    return "EC2" if "EC2" in (task.definition.get("requiresCompatibilities") or ()) else _FARGATE


def capacity_provider(task: Task) -> str:
    """The capacity provider that the strategy gives the task; empty without a strategy."""
    strategy = task.request.get("capacityProviderStrategy") or []
    if not strategy:
        return ""
    return str(
        max(strategy, key=lambda item: (item.get("base") or 0, item.get("weight") or 0))["capacityProvider"]
    )


def task_document(task: Task, names: Names, *, tags: bool = False) -> dict[str, Any]:
    """The task as DescribeTasks answers it; `tags` are asked for by `include`."""
    fargate = launch_type(task) == _FARGATE
    request = task.request
    document: dict[str, Any] = {
        "attachments": attachments(task),
        "attributes": [{"name": "ecs.cpu-architecture", "value": _architecture(task)}],
        "availabilityZone": f"{names.region}a",
        "capacityProviderName": capacity_provider(task) or None,
        "clusterArn": names.cluster(task.cluster),
        "connectivity": "CONNECTED" if task.connected_at is not None else None,
        "connectivityAt": task.connected_at,
        "containers": [_container(container, task, names) for container in task.containers],
        "cpu": task.cpu or None,
        "createdAt": task.created_at,
        "desiredStatus": task.desired_status,
        "enableExecuteCommand": bool(request.get("enableExecuteCommand")),
        "executionStoppedAt": task.execution_stopped_at,
        "group": request.get("group") or f"family:{task.definition['family']}",
        "healthStatus": task.health,
        "lastStatus": task.status,
        "launchType": launch_type(task),
        "memory": task.memory or None,
        "overrides": _overrides(task),
        "platformVersion": _platform_version(request) if fargate else None,
        "platformFamily": "Linux" if fargate else None,
        "pullStartedAt": task.pull_started_at,
        "pullStoppedAt": task.pull_stopped_at,
        "startedAt": task.started_at,
        "startedBy": request.get("startedBy"),
        "stopCode": task.stop_code,
        "stoppedAt": task.stopped_at,
        "stoppedReason": task.stopped_reason,
        "stoppingAt": task.stopping_at,
        "tags": list(request.get("tags") or ()) if tags else [],
        "taskArn": names.task(task.cluster, task.id),
        "taskDefinitionArn": task.definition["taskDefinitionArn"],
        "version": task.version,
        "ephemeralStorage": _storage(task) if fargate else None,
        "fargateEphemeralStorage": _storage(task) if fargate else None,
    }
    return {name: value for name, value in document.items() if value is not None}


def attachments(task: Task) -> list[dict[str, Any]]:
    """The task's network interface, which only the network mode `awsvpc` gives it."""
    if task.definition.get("networkMode") != "awsvpc":
        return []
    vpc = (task.request.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    details = [("subnetId", (vpc.get("subnets") or [""])[0])]
    if task.address:
        details += [
            ("networkInterfaceId", f"eni-{task.attachment_id.replace('-', '')[:17]}"),
            ("macAddress", _mac_address(task.address)),
            ("privateIPv4Address", task.address),
        ]
    status = "PRECREATED" if task.connected_at is None else "ATTACHED"
    return [
        {
            "id": task.attachment_id,
            "type": "ElasticNetworkInterface",
            "status": "DELETED" if task.status == STOPPED else status,
            "details": [{"name": name, "value": value} for name, value in details],
        }
    ]


def container_limits(definition: dict[str, Any], override: dict[str, Any]) -> dict[str, int]:
    """`cpu`, `memory` and `memoryReservation` of a container, overridden or defined, as far as there are any."""
    found = {
        name: override.get(name, definition.get(name)) for name in ("cpu", "memory", "memoryReservation")
    }
    return {name: int(value) for name, value in found.items() if value is not None}


def _container(container: TaskContainer, task: Task, names: Names) -> dict[str, Any]:
    limits = container_limits(
        task.container_definition(container.name), task.container_override(container.name)
    )
    interfaces = (
        [{"attachmentId": task.attachment_id, "privateIpv4Address": task.address}] if task.address else []
    )
    document: dict[str, Any] = {
        "containerArn": names.container(task.cluster, task.id, container.id),
        "taskArn": names.task(task.cluster, task.id),
        "name": container.name,
        "image": container.image,
        "imageDigest": None,
        "runtimeId": task.fargate_id(container) if task.started_at is not None else None,
        "lastStatus": container.status,
        "exitCode": container.exit_code,
        "reason": container.reason,
        "networkBindings": [] if container.status in {RUNNING, STOPPED} else None,
        "networkInterfaces": interfaces,
        "healthStatus": container.health,
        "cpu": str(limits.get("cpu", 0)),
        "memory": str(limits["memory"]) if "memory" in limits else None,
        "memoryReservation": str(limits["memoryReservation"]) if "memoryReservation" in limits else None,
    }
    return {name: value for name, value in document.items() if value is not None}


def _overrides(task: Task) -> dict[str, Any]:
    """ECS names every container of the task there, overridden or not."""
    given = {override["name"]: override for override in task.overrides.get("containerOverrides") or ()}
    return {
        "inferenceAcceleratorOverrides": [],
        **task.overrides,
        "containerOverrides": [
            given.get(container.name, {"name": container.name}) for container in task.containers
        ],
    }


def _platform_version(request: dict[str, Any]) -> str:
    given = str(request.get("platformVersion") or "LATEST")
    return _LATEST_PLATFORM if given == "LATEST" else given


def _architecture(task: Task) -> str:
    platform = task.definition.get("runtimePlatform") or {}
    return "arm64" if platform.get("cpuArchitecture") == "ARM64" else "x86_64"


def _storage(task: Task) -> dict[str, Any]:
    asked = task.overrides.get("ephemeralStorage") or task.definition.get("ephemeralStorage") or {}
    return {"sizeInGiB": asked.get("sizeInGiB", _LEAST_STORAGE)}


def _mac_address(address: str) -> str:
    """The one that Docker derives from the address (moby, libnetwork/netutils)."""
    return "02:42:" + ":".join(f"{int(part):02x}" for part in address.split("."))
