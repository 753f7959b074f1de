"""Which task instance an ECS task runs, by the command that the executor sent for it.

The command of Airflow 3 holds a token: what is read here is the name of the task instance and nothing else, and no
message or exception of this file quotes the command.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_WORKLOAD = "--json-string"
"""The option of `airflow.sdk.execution_time.execute_workload` that the ECS executor uses on Airflow 3."""

_MAP_INDEX = "--map-index"
_TASKS_RUN = ("airflow", "tasks", "run")
"""What a worker's command begins with on Airflow 2: TaskInstance.generate_command; DAG, task and run follow."""


@dataclass(frozen=True, order=True)
class TaskIdentity:
    """The name of a task instance, and of one try of it where the command says which.

    `map_index` is -1 for a task that is not mapped. `try_number` counts from 1; Airflow 2 does not tell the worker.
    """

    dag_id: str
    run_id: str
    task_id: str
    map_index: int = -1
    try_number: int | None = None

    @property
    def name(self) -> str:
        """`extract`, or `extract[3]` for a mapped task."""
        return self.task_id if self.map_index < 0 else f"{self.task_id}[{self.map_index}]"


def identity_of_task(task: Mapping[str, object]) -> TaskIdentity | None:
    """The task instance of an ECS task in the shape of DescribeTasks: its overrides hold the worker command.

    None where no container's command is one of Airflow's, such as for a task that somebody started by hand.
    """
    overrides = task.get("overrides")
    containers = overrides.get("containerOverrides") if isinstance(overrides, Mapping) else None
    for container in containers if isinstance(containers, Sequence) else ():
        command = container.get("command") if isinstance(container, Mapping) else None
        if isinstance(command, Sequence) and not isinstance(command, str):
            identity = identity_of_command([str(word) for word in command])
            if identity is not None:
                return identity
    return None


def identity_of_command(command: Sequence[str]) -> TaskIdentity | None:
    """The task instance of a worker command of Airflow 3 or 2, else None."""
    if _WORKLOAD in command[:-1]:
        return _of_workload(command[command.index(_WORKLOAD) + 1])
    start = len(_TASKS_RUN)
    if tuple(command[:start]) == _TASKS_RUN and len(command) >= start + 3:
        dag_id, task_id, run_id = command[start : start + 3]
        options = command[start + 3 :]
        map_index = options[options.index(_MAP_INDEX) + 1] if _MAP_INDEX in options[:-1] else "-1"
        return TaskIdentity(dag_id, run_id, task_id, _whole(map_index, -1))
    return None


def _of_workload(text: str) -> TaskIdentity | None:
    try:
        workload = json.loads(text)
    except ValueError:
        return None
    instance = workload.get("ti") if isinstance(workload, dict) else None
    if not isinstance(instance, dict) or not {"dag_id", "run_id", "task_id"} <= instance.keys():
        return None
    try_number = _whole(instance.get("try_number"), 0)
    return TaskIdentity(
        str(instance["dag_id"]),
        str(instance["run_id"]),
        str(instance["task_id"]),
        # The workload says null where the task is not mapped.
        _whole(instance.get("map_index"), -1),
        try_number if try_number > 0 else None,
    )


def _whole(value: object, otherwise: int) -> int:
    try:
        return int(str(value))
    except ValueError:
        return otherwise
