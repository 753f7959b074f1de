"""One run: a container of one contender with the real worker command, and what its output tells."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from airflow_ecs_image.engine import containers, images
from airflow_ecs_image.engine.containers import Completed, ContainerTimedOut, Volume
from airflow_ecs_image.errors import ToolkitError
from bench.contenders import Contender
from bench.start_up.cases import Case
from bench.start_up.control_plane import Workload
from bench.start_up.marks import counters, moments, since
from bench.start_up.parts import START

_LONGEST_SECONDS = 300
FIRST_LINE = "first-line"


@dataclass(frozen=True)
class Run:
    """What one container took.

    `marks` are milliseconds since the engine was asked to start it, by the name of the moment, to the first line of
    task code; `ended` is when the container was gone. CPU and memory are the container's until that line:
    `peak_cgroup_bytes` is all that the kernel counts, page cache included, `peak_resident_bytes` the largest resident
    set of any process that still ran. `error` says why the numbers do not count; without it the database has the task
    as success.
    """

    contender: str
    case: str
    number: int
    marks: dict[str, float] = field(default_factory=dict)
    cpu_seconds: float | None = None
    peak_cgroup_bytes: int | None = None
    peak_resident_bytes: int | None = None
    error: str | None = None

    @property
    def milliseconds(self) -> float | None:
        """From the container's start to the first line of task code; None when the run failed."""
        return None if self.error is not None else self.marks.get(FIRST_LINE)


def measure(
    contender: Contender,
    case: Case,
    number: int,
    workload: Workload,
    *,
    environment: Mapping[str, str],
    inside: Path,
    state: Callable[[Workload], str],
) -> Run:
    """Run the worker once; what goes wrong is part of the result, so that it stops no other run.

    `inside` is the folder that the container sees as /bench; `state` asks the database for the state of the task.
    """
    try:
        started, completed = run_worker(contender, case, workload, environment=environment, inside=inside)
        return run_of(completed, contender, case, number, started=started, state=state(workload))
    except ContainerTimedOut as error:
        return Run(contender.name, case.name, number, error=error.message)
    except ToolkitError as error:
        # Not its words: a message about a container may hold the worker command, which holds a token.
        return Run(contender.name, case.name, number, error=type(error).__name__)


def run_worker(
    contender: Contender, case: Case, workload: Workload, *, environment: Mapping[str, str], inside: Path
) -> tuple[float, Completed]:
    """Run the worker command in a new container of the image; returns when it was started, and its end."""
    container = containers.create(
        contender.tag,
        [*images.inspect(contender.tag).entrypoint, *workload.command],
        entrypoint="/bench/start",
        environment=environment,
        cpus=case.cpus,
        volumes=(Volume(inside, "/bench"),),
    )
    with container:
        started = time.time()
        return started, container.start_attached(None, _LONGEST_SECONDS)


def run_of(
    completed: Completed, contender: Contender, case: Case, number: int, *, started: float, state: str
) -> Run:
    """The run that an ended container was."""
    marks = {START: 0.0, **since(started, moments(completed.stdout, completed.stderr))}
    marks["ended"] = round(completed.seconds * 1000, 1)
    used = counters(completed.stdout)
    if state != "success" or used is None or FIRST_LINE not in marks:
        error = f"task {state}, exit code {completed.exit_code}"
        return Run(contender.name, case.name, number, marks, error=error)
    return Run(
        contender.name,
        case.name,
        number,
        marks,
        used.cpu_seconds,
        used.peak_cgroup_bytes,
        used.peak_resident_bytes,
    )
