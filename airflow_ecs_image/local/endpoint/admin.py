"""The admin API beside ECS's: health, tasks with their times, logs, faults, counters."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .endpoint import Endpoint
from .log_stream import log_stream
from .refusals import EcsRefusal
from .server import Answer, Request, json_answer
from .task import Task
from .task_document import task_document

_NOT_FOUND = {"message": "not found"}


def answer(endpoint: Endpoint, request: Request) -> Answer:
    """The answer to a request below `/local/`."""
    match request.method, request.path.removeprefix("/local/").rstrip("/").split("/"):
        case "GET", ["tasks", task_id, "log"]:
            return _log(endpoint, task_id)
        case "PUT", ["faults"]:
            return _set_faults(endpoint, request.body)
        case "GET", [name] if name in _DOCUMENTS:
            return json_answer(_DOCUMENTS[name](endpoint))
    return json_answer(_NOT_FOUND, status=404)


def _health(endpoint: Endpoint) -> dict[str, Any]:
    running, provisioning = endpoint.registry.counts()
    return {
        "ok": True,
        "mode": endpoint.configuration.mode,
        "slots": endpoint.configuration.slots,
        "running": running,
        "provisioning": provisioning,
    }


def _task(endpoint: Endpoint, task: Task) -> dict[str, Any]:
    with endpoint.registry.reading():
        events = {
            "run_task": task.asked_at,
            "created": task.created_at,
            "started": task.started_at,
            "finished": task.execution_stopped_at if task.started_at is not None else None,
            "stopped": task.stopped_at,
        }
        group, stream = log_stream(task, task.containers[0].name) or (None, None)
        document = task_document(task, endpoint.names, tags=True)
    document["events"] = {name: at for name, at in events.items() if at is not None}
    return {**document, "logGroup": group, "logStream": stream}


def _log(endpoint: Endpoint, task_id: str) -> Answer:
    """All containers of a task one after the other; nearly always it is one."""
    task = endpoint.registry.get(task_id)
    if task is None:
        return json_answer(_NOT_FOUND, status=404)
    logs = [endpoint.launcher.log(task, container.name) for container in task.containers]
    return Answer(200, b"".join(logs), "text/plain; charset=utf-8")


def _set_faults(endpoint: Endpoint, body: bytes) -> Answer:
    try:
        content = json.loads(body or b"{}")
        if not isinstance(content, dict):
            return json_answer({"message": "no JSON object"}, status=400)
        endpoint.faults.set(content)
    except ValueError:
        return json_answer({"message": "no JSON"}, status=400)
    except EcsRefusal as refusal:
        return json_answer({"message": refusal.message}, status=400)
    return json_answer(endpoint.faults.document())


_DOCUMENTS: dict[str, Callable[[Endpoint], dict[str, Any]]] = {
    "health": _health,
    "tasks": lambda endpoint: {"tasks": [_task(endpoint, task) for task in endpoint.registry.all()]},
    "faults": lambda endpoint: endpoint.faults.document(),
    "counters": lambda endpoint: endpoint.faults.counters(),
}
