"""Where the time of the tasks went: the steps between what the endpoint saw and what the tasks printed."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from airflow_ecs_image.local.load.evidence import Evidence

PHASES: Mapping[str, tuple[str, str]] = {
    "waiting for a slot (PROVISIONING)": ("run_task", "pending"),
    "container created and started": ("pending", "entrypoint"),
    "entrypoint and DAG fetch": ("entrypoint", "airflow"),
    "python and imports": ("airflow", "imported"),
    "supervisor, API, DAG file": ("imported", "began"),
    "the task's own code": ("began", "ended"),
    "log upload and end of the process": ("ended", "finished"),
    "container removed from the network": ("finished", "stopped"),
}
"""Each phase is from one moment to another; its name is what the report says."""


@dataclass(frozen=True)
class TaskRecord:
    """One task as the endpoint knows it, and its output's evidence. `moments` are epoch seconds by their names in `PHASES`."""

    map_index: int
    try_number: int | None
    evidence: Evidence
    moments: Mapping[str, float]


@dataclass(frozen=True)
class Phase:
    """One phase over all tasks that had it: seconds."""

    name: str
    tasks: int
    median: float
    longest: float
    total: float

    def as_json(self) -> dict[str, object]:
        """A document of JSON types."""
        return {
            "phase": self.name,
            "tasks": self.tasks,
            "median_seconds": round(self.median, 3),
            "longest_seconds": round(self.longest, 3),
            "total_seconds": round(self.total, 1),
        }


def moments(events: Mapping[str, float], pending: float | None, evidence: Evidence) -> dict[str, float]:
    """The moments of one task: from the endpoint's events, from ECS's pullStartedAt, and from what the task printed."""
    found = {
        "run_task": events.get("run_task"),
        "pending": pending,
        "entrypoint": evidence.entrypoint,
        "airflow": evidence.airflow,
        "imported": evidence.imported,
        "began": evidence.began,
        "ended": evidence.ended,
        "started": events.get("started"),
        "finished": events.get("finished"),
        "stopped": events.get("stopped"),
    }
    return {name: at for name, at in found.items() if at is not None}


def phases(records: Iterable[TaskRecord]) -> list[Phase]:
    """Every phase that at least one task had, in their order."""
    all_moments = [record.moments for record in records]
    found = []
    for name, (begin, end) in PHASES.items():
        seconds = [own[end] - own[begin] for own in all_moments if begin in own and end in own]
        if seconds:
            found.append(Phase(name, len(seconds), statistics.median(seconds), max(seconds), sum(seconds)))
    return found


def peak_running(records: Sequence[TaskRecord]) -> int:
    """The most tasks that were RUNNING at once, by the endpoint's times: from `started` to `finished`."""
    changes = [
        change
        for record in records
        if "started" in record.moments and "finished" in record.moments
        for change in ((record.moments["started"], 1), (record.moments["finished"], -1))
    ]
    running = most = 0
    # At the same moment an end comes before a beginning.
    for _, change in sorted(changes):
        running += change
        most = max(most, running)
    return most


def span(records: Sequence[TaskRecord]) -> float:
    """Seconds from the first RunTask to the last STOPPED; 0 without any."""
    begins = [record.moments["run_task"] for record in records if "run_task" in record.moments]
    ends = [record.moments["stopped"] for record in records if "stopped" in record.moments]
    return max(ends) - min(begins) if begins and ends else 0.0
