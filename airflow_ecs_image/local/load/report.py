"""The result of a load as tables and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs_image.local.load.counting import Counts
from airflow_ecs_image.local.load.measuring import Calls
from airflow_ecs_image.local.load.phases import Phase, TaskRecord, peak_running, phases, span
from airflow_ecs_image.local.load.plan import LoadPlan

if TYPE_CHECKING:
    from airflow_ecs_image.console import Console


@dataclass(frozen=True)
class LoadReport:
    """All that is told of one load. `state` is that of the DAG run; `services` are CPU seconds by service."""

    airflow_version: str
    cores: int
    plan: LoadPlan
    state: str
    counts: Counts
    calls: Calls
    phases: Sequence[Phase]
    seconds: float
    peak_running: int
    task_cpu_seconds: float
    services: Mapping[str, float]

    @property
    def tasks_per_second(self) -> float:
        """Tasks with an end by the seconds from the first RunTask to the last STOPPED."""
        ended = self.counts.succeeded + self.counts.failed
        return ended / self.seconds if self.seconds else 0.0

    def as_json(self) -> dict[str, object]:
        """A document of JSON types."""
        return {
            "airflow_version": self.airflow_version,
            "cores": self.cores,
            "plan": self.plan.as_json(),
            "dag_run": self.state,
            "counts": self.counts.as_json(),
            "clean": self.counts.clean,
            "seconds": round(self.seconds, 2),
            "tasks_per_second": round(self.tasks_per_second, 3),
            "peak_running": self.peak_running,
            "calls": self.calls.as_json(),
            "phases": [phase.as_json() for phase in self.phases],
            "cpu_seconds": {
                "tasks": round(self.task_cpu_seconds, 1),
                "services": {name: round(seconds, 1) for name, seconds in self.services.items()},
            },
        }

    def show(self, console: Console) -> None:
        """Write the tables."""
        plan, counts, calls = self.plan, self.counts, self.calls
        kind = "simulated tasks" if plan.simulated else "tasks in containers"
        title = f"{plan.tasks} {kind}, Airflow {self.airflow_version}, {self.cores} cores"
        rows: list[tuple[str, object]] = [
            ("succeeded", counts.succeeded),
            ("failed", counts.failed),
            ("lost (no end)", counts.lost),
            ("sent twice (two RunTasks of one try)", counts.sent_twice),
            ("ran twice (their code, of one try)", counts.ran_twice),
            ("success without a trace of running", counts.unproven),
            ("most running at once", f"{self.peak_running} of {plan.running}"),
            ("first RunTask to last STOPPED", f"{self.seconds:.1f} s"),
            ("tasks per second", f"{self.tasks_per_second:.2f}"),
            ("RunTask", f"{calls.run_task}, {calls.throttled} of them throttled"),
            ("DescribeTasks", f"{calls.describe_tasks}, up to {calls.describe_tasks_largest} tasks each"),
        ]
        console.table(title, (), rows)
        console.table(
            "where the time of the tasks went",
            ("phase", "tasks", "median s", "longest s", "sum s"),
            [
                (phase.name, phase.tasks, f"{phase.median:.2f}", f"{phase.longest:.2f}", f"{phase.total:.1f}")
                for phase in self.phases
            ],
        )
        cpu = [(name, seconds) for name, seconds in self.services.items()]
        if self.task_cpu_seconds:
            cpu.insert(0, ("all tasks, to the end of their code", self.task_cpu_seconds))
        if cpu:
            console.table("CPU seconds", (), cpu)


@dataclass(frozen=True)
class Surroundings:
    """Where a load ran."""

    airflow_version: str
    cores: int


def report_of(
    surroundings: Surroundings,
    plan: LoadPlan,
    state: str,
    counts: Counts,
    calls: Calls,
    records: Sequence[TaskRecord],
    services: Mapping[str, float],
) -> LoadReport:
    """The report of what was measured."""
    return LoadReport(
        airflow_version=surroundings.airflow_version,
        cores=surroundings.cores,
        plan=plan,
        state=state,
        counts=counts,
        calls=calls,
        phases=phases(records),
        seconds=span(records),
        peak_running=peak_running(records),
        task_cpu_seconds=sum(record.evidence.cpu_seconds or 0.0 for record in records),
        services=services,
    )
