"""The tasks that labels tell of: what is left when the state folder is lost."""

from __future__ import annotations

from airflow_ecs_image.local.endpoint.task import Task

from .engine import EngineApi
from .labels import STACK, TASK, task_of
from .states import has_started


def recorded(engine: EngineApi, stack: str) -> list[Task]:
    """The tasks of a stack's containers, each once; what became of a container is the engine's to tell."""
    tasks: dict[str, Task] = {}
    for found in engine.containers({STACK: stack, TASK: ""}):
        task = task_of(found.get("Labels") or {})
        if task is None:
            continue
        task = tasks.setdefault(task.id, task)
        task.launched = task.launched or has_started(engine.inspect(str(found["Id"])))
    return list(tasks.values())
