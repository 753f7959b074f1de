"""The ECS tasks of a DAG run, as the endpoint of the local stack tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_ecs_image.local.dag_run.airflow_api import TaskInstance
from airflow_ecs_image.local.endpoint_admin import EndpointAdmin
from airflow_ecs_image.local.task_identity import TaskIdentity, identity_of_task
from airflow_ecs_image.local.task_outcome import exit_code_of, reason_of, task_id_of

STOPPED = "STOPPED"
_CLOCK_SECONDS = 2.0


@dataclass(frozen=True)
class EcsTask:
    """An ECS task that runs a task instance; `events` are epoch seconds, `exit_code` is its container's."""

    id: str
    identity: TaskIdentity
    last_status: str
    events: Mapping[str, object]
    exit_code: int | None = None
    reason: str = ""

    @property
    def asked(self) -> float:
        """When RunTask asked for it."""
        return _seconds(self.events.get("run_task"), 0.0)

    @property
    def ended(self) -> float:
        """When it had ended; endless while it runs."""
        return _seconds(self.events.get("stopped"), float("inf"))


def tasks_of_run(endpoint: EndpointAdmin, dag_id: str, run_id: str) -> list[EcsTask]:
    """Those of one DAG run, in the order in which they were asked for."""
    return [
        task
        for each in endpoint.tasks()
        if (task := ecs_task(each)) is not None
        and (task.identity.dag_id, task.identity.run_id) == (dag_id, run_id)
    ]


def ecs_task(task: Mapping[str, Any]) -> EcsTask | None:
    """A task of GET /local/tasks; None where it runs no task instance."""
    identity = identity_of_task(task)
    if identity is None:
        return None
    return EcsTask(
        task_id_of(task),
        identity,
        str(task.get("lastStatus") or ""),
        dict(task.get("events") or {}),
        exit_code_of(task),
        reason_of(task),
    )


def try_of(task: EcsTask, tries: Sequence[TaskInstance]) -> TaskInstance | None:
    """The try that an ECS task ran, of all tries of all task instances.

    Airflow 2 does not tell a worker which try it is: then it is the newest that was queued before RunTask or began
    while the ECS task ran.
    """
    identity = task.identity
    of_instance = sorted(
        (
            each
            for each in tries
            if (each.task_id, each.map_index) == (identity.task_id, identity.map_index) and each.try_number
        ),
        key=lambda each: each.try_number,
    )
    if identity.try_number is not None:
        return next((each for each in of_instance if each.try_number == identity.try_number), None)
    begun = [
        each
        for each in of_instance
        if (each.start is not None and task.asked - _CLOCK_SECONDS <= each.start <= task.ended)
        or (each.queued is not None and abs(each.queued - task.asked) <= _CLOCK_SECONDS)
    ]
    earlier = [
        each
        for each in of_instance
        if (moment := each.start or each.queued) is not None and moment <= task.asked + _CLOCK_SECONDS
    ]
    candidates = begun or earlier or of_instance[:1]
    return candidates[-1] if candidates else None


def _seconds(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise
