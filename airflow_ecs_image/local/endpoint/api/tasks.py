"""DescribeTasks, StopTask and ListTasks."""

from __future__ import annotations

from typing import Any

from airflow_ecs_image.local.endpoint.endpoint import Endpoint
from airflow_ecs_image.local.endpoint.refusals import invalid_parameter
from airflow_ecs_image.local.endpoint.task import RUNNING, STOPPED, Task
from airflow_ecs_image.local.endpoint.task_document import launch_type, task_document

from .clusters import cluster_of
from .pages import page

NOT_FOUND = "The referenced task was not found."
"""What ECS says of an unknown task; the executor's health check looks for a part of it."""

_MOST_DESCRIBED = 100
_PARTS_OF_AN_ARN = 3


def describe_tasks(endpoint: Endpoint, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeTasks."""
    cluster = cluster_of(endpoint, request)
    wanted = request.get("tasks")
    if not wanted:
        raise invalid_parameter("Tasks cannot be empty.")
    if len(wanted) > _MOST_DESCRIBED:
        raise invalid_parameter("Tasks cannot have more than 100 elements.")
    endpoint.faults.described(len(wanted))
    tags = "TAGS" in (request.get("include") or ())
    found, failures = [], []
    for name in wanted:
        task = _find(endpoint, cluster, name)
        if task is None:
            arn = name if ":" in name else endpoint.names.task(cluster, name)
            failures.append({"arn": arn, "reason": "MISSING"})
            continue
        with endpoint.registry.reading():
            found.append(task_document(task, endpoint.names, tags=tags))
    return {"tasks": found, "failures": failures}


def stop_task(endpoint: Endpoint, request: dict[str, Any]) -> dict[str, Any]:
    """StopTask."""
    cluster = cluster_of(endpoint, request)
    task = _find(endpoint, cluster, str(request.get("task") or ""))
    if task is None:
        raise invalid_parameter(NOT_FOUND)
    endpoint.registry.stop(task, str(request.get("reason") or ""))
    with endpoint.registry.reading():
        return {"task": task_document(task, endpoint.names)}


def list_tasks(endpoint: Endpoint, request: dict[str, Any]) -> dict[str, Any]:
    """ListTasks: those whose desired status is RUNNING, unless another is asked for."""
    cluster = cluster_of(endpoint, request)
    desired = request.get("desiredStatus") or RUNNING
    if desired not in {RUNNING, "PENDING", STOPPED}:
        raise invalid_parameter("desiredStatus must be one of RUNNING, PENDING, STOPPED.")

    def asked_for(task: Task) -> bool:
        return (
            task.cluster == cluster
            and task.desired_status == desired
            and _is_or_unasked(request.get("family"), task.definition["family"])
            and _is_or_unasked(request.get("startedBy"), task.request.get("startedBy"))
            and _is_or_unasked(request.get("launchType"), launch_type(task))
            and not request.get("serviceName")
            and not request.get("containerInstance")
        )

    arns = [endpoint.names.task(cluster, task.id) for task in endpoint.registry.all() if asked_for(task)]
    return page("taskArns", arns, request)


def _is_or_unasked(asked: str | None, value: str | None) -> bool:
    return not asked or asked == value


def _find(endpoint: Endpoint, cluster: str, name_or_arn: str) -> Task | None:
    """The task of an id or an ARN. Raises EcsRefusal for what can be neither."""
    parts = name_or_arn.split("/")
    if len(parts) == _PARTS_OF_AN_ARN and parts[1] != cluster:
        raise invalid_parameter(
            f"Invalid identifier: Identifier is for cluster {parts[1]}. Your cluster is {cluster}"
        )
    if len(parts[-1]) not in {32, 36}:
        raise invalid_parameter("taskId length should be one of [32,36]")
    task = endpoint.registry.get(parts[-1])
    return task if task is not None and task.cluster == cluster else None
