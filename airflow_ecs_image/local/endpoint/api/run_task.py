"""RunTask."""

from __future__ import annotations

import json
import time
from typing import Any

from airflow_ecs_image.local.endpoint.arns import new_id, new_task_id
from airflow_ecs_image.local.endpoint.endpoint import Endpoint
from airflow_ecs_image.local.endpoint.faults import CAPACITY_UNAVAILABLE
from airflow_ecs_image.local.endpoint.refusals import EcsRefusal
from airflow_ecs_image.local.endpoint.run_task_rules import check_run_task
from airflow_ecs_image.local.endpoint.task import Task, TaskContainer
from airflow_ecs_image.local.endpoint.task_document import task_document

from .clusters import cluster_of


def run_task(endpoint: Endpoint, request: dict[str, Any]) -> dict[str, Any]:
    """RunTask: its tasks are durable when it answers."""
    asked_at = time.time()
    cluster = cluster_of(endpoint, request)
    definition = check_run_task(request, endpoint.definitions, endpoint.configuration)
    # boto3 sends a token of its own, and the same one again when it had no answer in time: perhaps while the first
    # call is still being answered.
    with endpoint.tokens.held(request.get("clientToken", "")):
        if (earlier := _earlier(endpoint, cluster, request)) is not None:
            return _answer(endpoint, earlier, [])
        request = {**request, "tags": _tags(endpoint, request, definition)}
        tasks: list[Task] = []
        failures: list[dict[str, str]] = []
        for _ in range(request.get("count", 1)):
            task = _new_task(cluster, definition, request, asked_at)
            if endpoint.faults.take_capacity_failure():
                arn = endpoint.names.task(cluster, task.id)
                failures.append({"arn": arn, "reason": CAPACITY_UNAVAILABLE})
            else:
                tasks.append(task)
        endpoint.registry.add(tasks)
    return _answer(endpoint, tasks, failures)


def _tags(endpoint: Endpoint, request: dict[str, Any], definition: dict[str, Any]) -> list[dict[str, str]]:
    """The tags of the tasks: those of the request, and those of the task definition where it asks for them."""
    own: list[dict[str, str]] = list(request.get("tags") or ())
    if request.get("propagateTags") != "TASK_DEFINITION":
        return own
    keys = {tag["key"] for tag in own}
    return own + [tag for tag in endpoint.definitions.tags_of(definition) if tag["key"] not in keys]


def _new_task(cluster: str, definition: dict[str, Any], request: dict[str, Any], asked_at: float) -> Task:
    return Task(
        id=new_task_id(),
        cluster=cluster,
        definition=definition,
        request=request,
        containers=[
            TaskContainer(container["name"], container["image"], new_id(), bool(container["essential"]))
            for container in definition["containerDefinitions"]
        ],
        credentials_id=new_id(),
        created_at=time.time(),
        attachment_id=new_id(),
        asked_at=asked_at,
    )


def _earlier(endpoint: Endpoint, cluster: str, request: dict[str, Any]) -> list[Task] | None:
    """The tasks of an earlier call with the same client token. Raises EcsRefusal when that call was another."""
    token = request.get("clientToken")
    if not token:
        return None
    earlier = [
        task
        for task in endpoint.registry.all()
        if task.cluster == cluster and task.request.get("clientToken") == token
    ]
    if not earlier:
        return None
    if any(_asked(task.request) != _asked(request) for task in earlier):
        raise EcsRefusal(
            "ConflictException",
            "The specified client token is already in use by a request with different parameters.",
            members={"resourceIds": [endpoint.names.task(cluster, task.id) for task in earlier]},
        )
    return earlier


def _asked(request: dict[str, Any]) -> str:
    """All of a request but its tags, which may have come to it from the task definition."""
    return json.dumps({name: value for name, value in request.items() if name != "tags"}, sort_keys=True)


def _answer(endpoint: Endpoint, tasks: list[Task], failures: list[dict[str, str]]) -> dict[str, Any]:
    with endpoint.registry.reading():
        return {
            "tasks": [task_document(task, endpoint.names, tags=True) for task in tasks],
            "failures": failures,
        }
