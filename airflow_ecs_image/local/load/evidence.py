"""What the output of a task of the load proves: that its code ran, for which try, when, and with how much CPU."""

from __future__ import annotations

import re
from dataclasses import dataclass

from airflow_ecs_image.local.dag_run.moments import timed_lines
from airflow_ecs_image.local.endpoint.simulation.ran_line import RAN

DONE = "airflow-ecs-image load: done"
"""What a task prints at its end, as `RAN` at its beginning; the last word are the CPU seconds of its container."""

_WORDS = r"(\S+) (\S+) (\S+) (-?\d+) (\d+)"
_RAN = re.compile(rf"{re.escape(RAN)} {_WORDS}")
_DONE = re.compile(rf"{re.escape(DONE)} {_WORDS} ([\d.]+)")
_SIMULATED_END = "simulated worker: success"
_MARK = re.compile(r"airflow-ecs-image: (entrypoint|airflow) ([\d.]+)")
# The first words of a worker after its imports: of Airflow 3 (execute_workload.py), of Airflow 2 (task_command.py).
_IMPORTED = re.compile(r"Executing workload|Running <TaskInstance|Filling up the DagBag")


@dataclass(frozen=True)
class Ran:
    """One try of one task instance whose code ran."""

    run_id: str
    map_index: int
    try_number: int


@dataclass(frozen=True)
class Evidence:
    """What one ECS task's output says; times are epoch seconds, None for what it does not say."""

    ran: Ran | None = None
    entrypoint: float | None = None
    airflow: float | None = None
    imported: float | None = None
    began: float | None = None
    ended: float | None = None
    cpu_seconds: float | None = None


def evidence_of(log: str) -> Evidence:
    """Read an output whose lines begin with their RFC 3339 time."""
    ran: Ran | None = None
    times: dict[str, float] = {}
    cpu: float | None = None
    for at, text in timed_lines(log):
        if mark := _MARK.search(text):
            times.setdefault(mark[1], float(mark[2]))
        elif "imported" not in times and _IMPORTED.search(text):
            times["imported"] = at
        elif found := _RAN.search(text):
            ran = ran or Ran(found[2], int(found[4]), int(found[5]))
            times.setdefault("began", at)
        elif found := _DONE.search(text):
            times.setdefault("ended", at)
            cpu = float(found[6])
        elif text == _SIMULATED_END:
            times.setdefault("ended", at)
    return Evidence(ran=ran, cpu_seconds=cpu, **times)
