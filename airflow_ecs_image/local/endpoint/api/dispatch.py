"""AWS JSON 1.1: the operation that a request names, its input, and its answer or its error."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from airflow_ecs_image.local.endpoint.arns import new_id
from airflow_ecs_image.local.endpoint.endpoint import Endpoint
from airflow_ecs_image.local.endpoint.refusals import EcsRefusal
from airflow_ecs_image.local.endpoint.server import Answer, Request

from . import clusters, run_task, task_definitions, tasks
from .input_shapes import checked_input

TARGET_PREFIX = "AmazonEC2ContainerServiceV20141113."
CONTENT_TYPE = "application/x-amz-json-1.1"

Operation = Callable[[Endpoint, dict[str, Any]], dict[str, Any]]

OPERATIONS: dict[str, Operation] = {
    "RunTask": run_task.run_task,
    "DescribeTasks": tasks.describe_tasks,
    "StopTask": tasks.stop_task,
    "ListTasks": tasks.list_tasks,
    "DescribeClusters": clusters.describe_clusters,
    "ListClusters": clusters.list_clusters,
    "RegisterTaskDefinition": task_definitions.register,
    "DescribeTaskDefinition": task_definitions.describe,
    "DeregisterTaskDefinition": task_definitions.deregister,
    "ListTaskDefinitions": task_definitions.list_all,
}


def answer(endpoint: Endpoint, request: Request) -> Answer:
    """The answer to `POST /`."""
    operation = request.headers.get("x-amz-target", "").removeprefix(TARGET_PREFIX)
    # The log names operations, and nothing that a caller made up.
    note = operation if operation in OPERATIONS else "unknown operation"
    try:
        document = _perform(endpoint, operation, request.body)
    except EcsRefusal as refusal:
        return _answer({"__type": refusal.code, "message": refusal.message, **refusal.members}, refusal, note)
    return _answer(document, None, note)


def _perform(endpoint: Endpoint, operation: str, body: bytes) -> dict[str, Any]:
    perform = OPERATIONS.get(operation)
    if perform is None:
        raise EcsRefusal("UnknownOperationException", "")
    endpoint.faults.meet(operation)
    try:
        content = json.loads(body or b"{}")
    except ValueError:
        raise EcsRefusal("SerializationException", "") from None
    if not isinstance(content, dict):
        raise EcsRefusal("SerializationException", "Start of structure or map found where not expected.")
    return perform(endpoint, checked_input(operation, content))


def _answer(document: dict[str, Any], refusal: EcsRefusal | None, note: str) -> Answer:
    headers = {"x-amzn-RequestId": new_id()}
    if refusal is not None:
        headers["x-amzn-ErrorType"] = refusal.code
        note = f"{note} {refusal.code}"
    status = 200 if refusal is None else refusal.status
    return Answer(status, json.dumps(document).encode(), CONTENT_TYPE, headers, note)
