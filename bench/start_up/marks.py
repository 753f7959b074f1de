"""The moments of a start, from what the container wrote.

The scripts in `inside/` and the DAG say `start-up-mark NAME SECONDS`. Airflow's own log has the moments between: its
events are those of Airflow 3.3.2 (execution_time/supervisor.py, task_runner.py) and 2.11.2 (models/dagbag.py,
cli/commands/task_command.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

_MARK = re.compile(r"start-up-mark (\S+) (\d+\.\d+)")
_COUNTERS = re.compile(r"start-up-counters cpu=([\d.]+) cgroup=(\d+) resident=(\d+)")
_LOGGED = re.compile(r'^(?:\{"timestamp":"([^"]+)"|\[([^\]]+)\])')
_EVENTS = (
    ("imported", '"event":"Executing workload"'),
    ("parse", "Filling up the DagBag from "),
    ("parsed", '"event":"Worker startup parse complete"'),
    ("parsed", "INFO - Running <TaskInstance: "),
)
_BASE = "/entrypoint"


@dataclass(frozen=True)
class Counters:
    """What the container had used when its task code began."""

    cpu_seconds: float
    peak_cgroup_bytes: int
    peak_resident_bytes: int


def moments(stdout: str, stderr: str) -> dict[str, float]:
    """Seconds since the epoch by the name of the moment, in the order of a start, as far as the output tells.

    `first-process`, `entrypoint` (the image's own begins), `base` (the base's begins), `airflow` (its program begins),
    `imported` (the worker's modules are), `parse` and `parsed` (the DAG file), `first-line`.
    """
    found: dict[str, float] = {}
    for name, seconds in _MARK.findall(stderr + stdout):
        found.setdefault(_named(name), float(seconds))
    for line in stdout.splitlines():
        for name, event in _EVENTS:
            if name not in found and event in line and (moment := _moment(line)) is not None:
                found[name] = moment
    # Airflow 2 says nothing before it parses.
    if "parse" in found:
        found.setdefault("imported", found["parse"])
    order = ("first-process", "entrypoint", "base", "airflow", "imported", "parse", "parsed", "first-line")
    return {name: found[name] for name in order if name in found}


def counters(stdout: str) -> Counters | None:
    """None where no task code ran."""
    found = _COUNTERS.search(stdout)
    return None if found is None else Counters(float(found[1]), int(found[2]), int(found[3]))


def since(start: float, moments_of_a_run: Mapping[str, float]) -> dict[str, float]:
    """The same in milliseconds since `start`."""
    return {name: round((moment - start) * 1000, 1) for name, moment in moments_of_a_run.items()}


def _named(mark: str) -> str:
    kind, _, program = mark.partition(":")
    if kind == "begin":
        return "base" if program == _BASE else "entrypoint"
    if kind == "exec":
        return mark if program == _BASE else "airflow"
    return mark


def _moment(line: str) -> float | None:
    """The time that a line of Airflow's log begins with."""
    found = _LOGGED.match(line)
    return None if found is None else datetime.fromisoformat(found[1] or found[2]).timestamp()
