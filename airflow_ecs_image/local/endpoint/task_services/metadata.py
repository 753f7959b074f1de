"""The task metadata endpoint, version 4.

ECS developer guide, "Amazon ECS task metadata endpoint version 4 for tasks on Fargate".
"""

from __future__ import annotations

from typing import Any

from airflow_ecs_image.local.endpoint.endpoint import Endpoint
from airflow_ecs_image.local.endpoint.log_stream import log_stream
from airflow_ecs_image.local.endpoint.moments import iso
from airflow_ecs_image.local.endpoint.server import Answer, json_answer
from airflow_ecs_image.local.endpoint.task import Task, TaskContainer
from airflow_ecs_image.local.endpoint.task_document import container_limits, launch_type

_UNITS_OF_A_CPU = 1024


def answer(endpoint: Endpoint, fargate_id: str, what: str) -> Answer:
    """The answer to `/v4/<id>/<what>`: of the container that asks, or of its task."""
    found = _container_of(endpoint, fargate_id)
    if found is None:
        return json_answer(
            f"V4 container metadata handler: unable to get container ID from request: {what}", status=404
        )
    task, container = found
    match what:
        case "":
            return json_answer(container_metadata(endpoint, task, container))
        case "task" | "taskWithTags":
            return json_answer(task_metadata(endpoint, task, tags=what == "taskWithTags"))
        case "stats":
            return json_answer(endpoint.launcher.stats(task).get(container.name, {}))
        case "task/stats":
            stats = endpoint.launcher.stats(task)
            return json_answer({task.fargate_id(one): stats.get(one.name) for one in task.containers})
    return json_answer({"message": "not found"}, status=404)


def _container_of(endpoint: Endpoint, fargate_id: str) -> tuple[Task, TaskContainer] | None:
    task = endpoint.registry.get(fargate_id.partition("-")[0])
    if task is None:
        return None
    for container in task.containers:
        if task.fargate_id(container) == fargate_id:
            return task, container
    return None


def container_metadata(endpoint: Endpoint, task: Task, container: TaskContainer) -> dict[str, Any]:
    """What a container is told of itself."""
    names = endpoint.names
    definition = task.container_definition(container.name)
    limits = container_limits(definition, task.container_override(container.name))
    document: dict[str, Any] = {
        "DockerId": task.fargate_id(container),
        "Name": container.name,
        "DockerName": container.name,
        "Image": container.image,
        "ImageID": "",
        "Labels": {
            **(definition.get("dockerLabels") or {}),
            "com.amazonaws.ecs.cluster": names.cluster(task.cluster),
            "com.amazonaws.ecs.container-name": container.name,
            "com.amazonaws.ecs.task-arn": names.task(task.cluster, task.id),
            "com.amazonaws.ecs.task-definition-family": task.definition["family"],
            "com.amazonaws.ecs.task-definition-version": str(task.definition["revision"]),
        },
        "DesiredStatus": task.desired_status,
        "KnownStatus": container.status,
        "Limits": {
            "CPU": limits.get("cpu", 0),
            **({"Memory": limits["memory"]} if "memory" in limits else {}),
        },
        "CreatedAt": iso(task.created_at),
        "Type": "NORMAL",
        "ContainerARN": names.container(task.cluster, task.id, container.id),
        "Networks": [
            {
                "NetworkMode": "awsvpc",
                "IPv4Addresses": [task.address] if task.address else [],
                "AttachmentIndex": 0,
            }
        ],
    }
    if task.started_at is not None:
        document["StartedAt"] = iso(task.started_at)
    if container.exit_code is not None:
        document["ExitCode"] = container.exit_code
    if (stream := log_stream(task, container.name)) is not None:
        document["LogDriver"] = "awslogs"
        options = definition["logConfiguration"].get("options") or {}
        document["LogOptions"] = {
            "awslogs-group": stream[0],
            "awslogs-region": options.get("awslogs-region", endpoint.configuration.region),
            "awslogs-stream": stream[1],
        }
    return document


def task_metadata(endpoint: Endpoint, task: Task, *, tags: bool) -> dict[str, Any]:
    """What a container is told of its task."""
    document: dict[str, Any] = {
        "Cluster": endpoint.names.cluster(task.cluster),
        "TaskARN": endpoint.names.task(task.cluster, task.id),
        "Family": task.definition["family"],
        "Revision": str(task.definition["revision"]),
        "DesiredStatus": task.desired_status,
        "KnownStatus": task.status,
        "AvailabilityZone": f"{endpoint.configuration.region}a",
        "LaunchType": launch_type(task),
        "Containers": [container_metadata(endpoint, task, one) for one in task.containers],
        "ClockDrift": {"ClockErrorBound": 0.0, "ClockSynchronizationStatus": "NOT_SYNCHRONIZED"},
        "FaultInjectionEnabled": False,
    }
    if task.cpu and task.memory:
        document["Limits"] = {"CPU": int(task.cpu) / _UNITS_OF_A_CPU, "Memory": int(task.memory)}
    for name, at in (("PullStartedAt", task.pull_started_at), ("PullStoppedAt", task.pull_stopped_at)):
        if at is not None:
            document[name] = iso(at)
    if tags:
        document["TaskTags"] = {tag["key"]: tag.get("value", "") for tag in task.request.get("tags") or ()}
    return document
