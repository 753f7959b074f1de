"""One run: a container of one way in one case, and what it reports about itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from airflow_ecs_image.engine import containers
from airflow_ecs_image.engine.containers import Completed
from airflow_ecs_image.errors import ToolkitError
from bench.dag_fetch.cases import Case
from bench.dag_fetch.ways import DAGS, Sources, Way

_LONGEST_SECONDS = 300
_MARK = "MEASURED "


@dataclass(frozen=True)
class Run:
    """What one container took, from its first process to the exec of /entrypoint.

    `peak_resident_bytes` is the largest resident set of any one process, `peak_cgroup_bytes` all that the kernel counts
    for the container, page cache included. `error` says why the numbers do not count; without it the DAG folder held
    exactly what it should.
    """

    way: str
    case: str
    number: int
    milliseconds: float | None = None
    cpu_seconds: float | None = None
    peak_resident_bytes: int | None = None
    peak_cgroup_bytes: int | None = None
    periods_throttled: int | None = None
    error: str | None = None


@dataclass(frozen=True)
class Expected:
    """What the DAG folder must hold at the end: the number of files and the digest of them all."""

    files: int
    digest: str


def measure(
    way: Way,
    case: Case,
    number: int,
    *,
    image: str,
    sources: Sources,
    environment: dict[str, str],
    expected: Expected,
) -> Run:
    """Run the way once; what goes wrong is part of the result, so that it stops no other run."""
    try:
        completed = containers.run(
            image,
            way.command(sources),
            entrypoint="/bench/start",
            environment={**environment, "CONTAINER_DAG_PATH": DAGS, **way.environment(sources)},
            cpus=case.cpus,
            timeout=_LONGEST_SECONDS,
        )
    except ToolkitError as error:
        return Run(way.name, case.name, number, error=error.message)
    return run_of(completed, way, case, number, expected)


def run_of(completed: Completed, way: Way, case: Case, number: int, expected: Expected) -> Run:
    """The run that an ended container was."""
    measured = _measured(completed.stdout)
    if measured is None:
        lines = completed.stderr.strip().splitlines() or completed.stdout.strip().splitlines() or [""]
        reason = f"exit code {completed.exit_code}: {lines[-1]}"
        return Run(way.name, case.name, number, error=reason)
    files, digest = measured.pop("files"), measured.pop("digest")
    measured.pop("bytes")
    error = None
    if files != expected.files:
        error = f"{files} files instead of {expected.files}"
    elif digest != expected.digest:
        error = f"{files} files, but not the right ones"
    return Run(way.name, case.name, number, **measured, error=error)


def _measured(output: str) -> dict[str, Any] | None:
    """What the probe printed; the way may have printed before it."""
    lines = [line for line in output.splitlines() if line.startswith(_MARK)]
    if not lines:
        return None
    content: dict[str, Any] = json.loads(lines[-1].removeprefix(_MARK))
    return content
