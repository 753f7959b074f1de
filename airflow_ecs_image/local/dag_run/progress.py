"""The task instances of a DAG run while it goes on: a live line each on a terminal, a line for each change elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_ecs_image.console import Console, Step
from airflow_ecs_image.local.dag_run.airflow_api import FINISHED, HAS_FAILED, TaskInstance
from airflow_ecs_image.local.dag_run.ecs_tasks import STOPPED, EcsTask
from airflow_ecs_image.local.task_identity import TaskIdentity

_ENDS_A_TRY = FINISHED | {"up_for_retry"}
_ID_SHOWN = 8


class Progress:
    """Shows what `update` is told; every try has one line at its end."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = console.columns is not None and not console.json_mode
        self._steps: dict[TaskIdentity, Step] = {}
        self._shown: dict[TaskIdentity, str] = {}
        self._ended: set[TaskIdentity] = set()

    def update(self, instances: Sequence[TaskInstance], ecs: Sequence[EcsTask]) -> None:
        """Show the tries as they are now, with the ECS task of each."""
        for instance in instances:
            identity = instance.identity
            if identity in self._ended or instance.state is None:
                continue
            if ends_try(instance):
                self._end(instance)
            else:
                self._move(identity, status(instance, ecs))

    def close(self) -> None:
        """Take away the lines of tries that have not ended."""
        for step in self._steps.values():
            step.drop()
        self._steps.clear()

    def _move(self, identity: TaskIdentity, text: str) -> None:
        if identity not in self._steps:
            self._steps[identity] = self._console.begin(title(identity))
        if self._shown.get(identity) == text:
            return
        self._shown[identity] = text
        self._steps[identity].update(text)
        if not self._live:
            self._console.text(f"{title(identity)}: {text}")

    def _end(self, instance: TaskInstance) -> None:
        identity = instance.identity
        self._ended.add(identity)
        step = self._steps.pop(identity, None) or self._console.begin(title(identity))
        seconds = (
            None
            if instance.end is None or instance.start is None
            else max(0.0, instance.end - instance.start)
        )
        if instance.state == "success":
            step.done(seconds)
        elif instance.state in HAS_FAILED - {"upstream_failed"} or instance.state == "up_for_retry":
            step.failed(seconds)
        else:
            step.skip(str(instance.state))


def ends_try(instance: TaskInstance) -> bool:
    """Whether the try is over: the task has ended, or a further try is to come."""
    return instance.state in _ENDS_A_TRY


def title(identity: TaskIdentity) -> str:
    """`extract[3]`, with the try from the second one on."""
    number = identity.try_number or 1
    return identity.name if number < 2 else f"{identity.name} try {number}"


def status(instance: TaskInstance, ecs: Sequence[EcsTask]) -> str:
    """What a try that goes on is doing: Airflow's state, and where its newest ECS task stands."""
    identity = instance.identity
    own = [
        task
        for task in ecs
        if (task.identity.task_id, task.identity.map_index) == (identity.task_id, identity.map_index)
        and task.identity.try_number in (None, identity.try_number)
        and task.last_status != STOPPED
    ]
    state = str(instance.state)
    if not own:
        return state
    newest = own[-1]
    where = f"ECS task {newest.id[:_ID_SHOWN]} {newest.last_status}"
    return f"{state}, {where}"
