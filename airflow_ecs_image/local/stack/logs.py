"""What the services and the tasks of a stack have written."""

from __future__ import annotations

import heapq
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from airflow_ecs_image.engine import Engine
from airflow_ecs_image.engine.labelled import LabelledContainer, labelled_containers
from airflow_ecs_image.engine.log_stream import log_lines
from airflow_ecs_image.errors import LocalNotRunning, LocalServiceFailed, SpecError
from airflow_ecs_image.local.endpoint_admin import EndpointAdmin
from airflow_ecs_image.local.http_service import ServiceRefused
from airflow_ecs_image.local.stack import names
from airflow_ecs_image.local.stack.listing import TaskState, list_stack
from airflow_ecs_image.spec.label_names import LOCAL, LOCAL_SERVICE, LOCAL_TASK

_PAUSE_SECONDS = 0.5
_ENDED = "STOPPED"


@dataclass(frozen=True)
class LogLine:
    """A line, when it was written (RFC 3339, UTC) and by whom: the name of a service, or the id of a task."""

    source: str
    moment: str
    text: str


def service_lines(name: str, *, follow: bool = False, tail: int | None = None) -> Iterator[LogLine]:
    """The lines of all services in the order in which they were written; `tail` of each.

    With `follow` they come as they are written, until all have ended. LocalNotRunning when there is none.
    """
    containers = _services(name)
    if not containers:
        raise LocalNotRunning(f"{name}: there is no local stack of that name", mend=names.command("up", name))
    if follow:
        return _as_they_come(containers, tail)
    streams = (_lines(service, each, tail=tail) for service, each in containers.items())
    return heapq.merge(*streams, key=lambda line: line.moment)


def lines_of(name: str, wanted: str, *, follow: bool = False, tail: int | None = None) -> Iterator[LogLine]:
    """The lines of one service, or of one task by the beginning of its id.

    LocalNotRunning when there is no stack, SpecError when it has neither such a service nor exactly one such task.
    """
    containers = _services(name)
    if wanted in containers:
        return _lines(wanted, containers[wanted], follow=follow, tail=tail)
    task = _task(name, wanted)
    return _task_lines(name, task, follow=follow, tail=tail)


def _services(name: str) -> dict[str, LabelledContainer]:
    found = labelled_containers(LOCAL, names.checked(name), Engine())
    return {each.labels[LOCAL_SERVICE]: each for each in found if LOCAL_SERVICE in each.labels}


def _task(name: str, wanted: str) -> TaskState:
    state = list_stack(name)
    found = [task for task in state.tasks if task.id.startswith(wanted.lower())]
    if len(found) == 1:
        return found[0]
    if not found:
        services = ", ".join(service.name for service in state.services)
        raise SpecError(
            f"logs: '{wanted}' — neither a service nor the beginning of a task's id",
            mend=f"{services}; `{names.command('ps', name)}` lists the tasks",
        )
    raise SpecError(
        f"logs: '{wanted}' — {len(found)} tasks begin so",
        mend=f"more of the id: {', '.join(task.id for task in found[:5])}",
    )


def _lines(
    source: str, container: LabelledContainer, *, follow: bool = False, tail: int | None = None
) -> Iterator[LogLine]:
    for line in log_lines(container.id, follow=follow, tail=tail):
        yield _line(source, line)


def _line(source: str, text: str) -> LogLine:
    moment, _, rest = text.partition(" ")
    return LogLine(source, moment, rest)


def _as_they_come(containers: dict[str, LabelledContainer], tail: int | None) -> Iterator[LogLine]:
    lines: queue.SimpleQueue[LogLine | None] = queue.SimpleQueue()

    def read(service: str, container: LabelledContainer) -> None:
        try:
            for line in _lines(service, container, follow=True, tail=tail):
                lines.put(line)
        finally:
            lines.put(None)

    for service, container in containers.items():
        # They end with the process: whoever follows stops by Ctrl-C.
        threading.Thread(target=read, args=(service, container), daemon=True).start()
    running = len(containers)
    while running:
        line = lines.get()
        if line is None:
            running -= 1
        else:
            yield line


def _task_lines(name: str, task: TaskState, *, follow: bool, tail: int | None) -> Iterator[LogLine]:
    shown = 0
    while True:
        # The state first: what is written until a task has ended is there afterwards.
        ended = not follow or _status(name, task.id) == _ENDED
        lines = _task_text(name, task.id)
        if not shown and tail is not None:
            shown = max(0, len(lines) - tail)
        for line in lines[shown:]:
            yield _line(task.id, line)
        shown = len(lines)
        if ended:
            return
        time.sleep(_PAUSE_SECONDS)


def _status(name: str, task_id: str) -> str:
    return next((task.status for task in list_stack(name).tasks if task.id == task_id), _ENDED)


def _task_text(name: str, task_id: str) -> list[str]:
    """From the endpoint, which keeps it when the container is gone; from the container where the endpoint does not answer."""
    endpoint = _services(name).get(names.ECS)
    url = endpoint.url(names.ECS_PORT) if endpoint else None
    if url is not None:
        try:
            return EndpointAdmin(url).log(task_id).splitlines()
        except ServiceRefused:
            return []
        except LocalServiceFailed:
            pass
    return [
        line for each in labelled_containers(LOCAL_TASK, task_id, Engine()) for line in log_lines(each.id)
    ]
