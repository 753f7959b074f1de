"""What a task's time went into: moments in, spans out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from airflow_ecs_image.local.dag_run.moments import Moments


@dataclass(frozen=True)
class Phase:
    """A part of a task's way. `name` is for programs, `heading` for a table, `meaning` for a legend."""

    name: str
    heading: str
    meaning: str


QUEUED = Phase("queued", "queued", "queued by Airflow")
PROVISIONING = Phase("provisioning", "ECS", "RunTask to container created")
CONTAINER = Phase("container", "container", "container created to started")
ENTRYPOINT = Phase("entrypoint", "entrypoint", "entrypoint")
FETCH = Phase("fetch", "fetch", "DAG fetch")
IMPORTS = Phase("imports", "imports", "Python and imports")
SUPERVISOR = Phase("supervisor", "supervisor", "supervisor and handshake")
RUNNER = Phase("runner", "runner", "task runner's start")
DAG = Phase("dag", "DAG", "import of the DAG")
PREPARATION = Phase("preparation", "prepare", "listeners and templates")
CODE = Phase("code", "code", "task code")
EXIT = Phase("exit", "exit", "log upload and exit")
STOPPING = Phase("stopping", "stop", "container ended to STOPPED")

GROUPS: Mapping[str, tuple[Phase, ...]] = {
    "queued": (QUEUED,),
    "ECS": (PROVISIONING, CONTAINER),
    "entrypoint": (ENTRYPOINT, FETCH),
    "imports": (IMPORTS,),
    "Airflow": (SUPERVISOR, RUNNER, DAG, PREPARATION),
    "code": (CODE,),
    "exit": (EXIT, STOPPING),
}
"""Neighbours under one heading, where there is no room for all."""

PHASES: tuple[Phase, ...] = tuple(phase for phases in GROUPS.values() for phase in phases)
"""In the order of a table's columns; Airflow 2 goes through DAG before SUPERVISOR."""

_BEFORE_CODE = (SUPERVISOR, RUNNER, DAG, PREPARATION)


@dataclass(frozen=True)
class Span:
    """`covers` names further phases whose boundary nobody wrote down: their time is in this one. Epoch seconds."""

    phase: Phase
    start: float
    end: float
    covers: tuple[Phase, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it took, 0 or more."""
        return self.end - self.start


def spans_of(moments: Moments, *, major: int, is_local: bool = False) -> tuple[Span, ...]:
    """The spans of one run of a task, without gap or overlap, in the order of time.

    `is_local`: a task of LocalExecutor, which has no container. A boundary that is before its predecessor, because two
    clocks differ, moves up to it; one that is missing merges its phase with the phase before.
    """
    path = _path(moments, major, is_local=is_local)
    known: list[tuple[float, int]] = []
    for index, (time, _) in enumerate(path):
        if time is not None:
            known.append((max(time, known[-1][0]) if known else time, index))
    # The end of one span is the start of the next: the phase that begins at a boundary stands beside it.
    spans = []
    for (start, first), (end, last) in pairwise(known):
        phases = [phase for _, phase in path[first:last] if phase is not None]
        if phases:
            # Once the worker runs, a time that holds the task's own code is that, whatever else is in it.
            main = CODE if CODE in phases and phases[0] in _BEFORE_CODE else phases[0]
            spans.append(Span(main, start, end, tuple(phase for phase in phases if phase is not main)))
    return tuple(spans)


def _path(moments: Moments, major: int, *, is_local: bool) -> Sequence[tuple[float | None, Phase | None]]:
    """Each boundary, and the phase that begins there."""
    before_code: tuple[tuple[float | None, Phase | None], ...] = (
        (
            (moments.worker, SUPERVISOR),
            (moments.runner, RUNNER),
            (moments.dag, DAG),
            (moments.parsed, PREPARATION),
        )
        if major > 2
        else ((moments.worker, DAG), (moments.runner, SUPERVISOR))
    )
    inside: tuple[tuple[float | None, Phase | None], ...] = (
        *before_code,
        (moments.code, CODE),
        (moments.code_end, EXIT),
    )
    if is_local:
        # The executor's own process is forked and has imported everything: its way begins with the task runner.
        return ((moments.queued, QUEUED), *inside[1:], (moments.finished, None))
    fetch: tuple[tuple[float | None, Phase | None], ...] = (
        ((moments.entrypoint, FETCH),) if moments.fetched is not None else ()
    )
    return (
        (moments.queued, QUEUED),
        (moments.run_task, PROVISIONING),
        (moments.created, CONTAINER),
        (moments.started, ENTRYPOINT),
        *fetch,
        (moments.airflow, IMPORTS),
        *inside,
        (moments.finished, STOPPING),
        (moments.stopped, None),
    )
