"""What `local run` asks of Airflow, the same on both lines: the names are Airflow's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from airflow_ecs_image.local.task_identity import TaskIdentity

UNFINISHED_RUN = frozenset({"queued", "running"})
"""States of a DAG run that goes on (airflow.utils.state.DagRunState)."""

FINISHED = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})
"""States of a task instance that has ended for good (airflow.utils.state.State.finished)."""

HAS_FAILED = frozenset({"failed", "upstream_failed"})


@dataclass(frozen=True)
class Dag:
    """A DAG as Airflow knows it. `file` is below the DAG folder; `parsed` in epoch seconds; `file_token` is opaque."""

    dag_id: str
    file: str
    is_paused: bool
    parsed: float | None
    file_token: str


@dataclass(frozen=True)
class ImportFailure:
    """A DAG file that cannot be imported: `file` is below the DAG folder, `seen` in epoch seconds."""

    file: str
    seen: float | None
    trace: str


@dataclass(frozen=True)
class DagRun:
    """A DAG run; times in epoch seconds."""

    dag_id: str
    run_id: str
    state: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class TaskInstance:
    """One try of a task instance; times in epoch seconds, `map_index` -1 where it is not mapped.

    `state` is None before it is scheduled, `executor` where the DAG names none; `try_number` is 0 before the first.
    """

    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    try_number: int
    max_tries: int
    state: str | None
    queued: float | None = None
    start: float | None = None
    end: float | None = None
    executor: str | None = None
    operator: str | None = None

    @property
    def identity(self) -> TaskIdentity:
        """Its name, and which try."""
        return TaskIdentity(self.dag_id, self.run_id, self.task_id, self.map_index, self.try_number or None)


class AirflowApi(Protocol):
    """A REST API of Airflow. Everything here raises LocalServiceFailed; ServiceRefused where the API refuses."""

    def dags(self) -> list[Dag]:
        """All DAGs that are in the DAG folder now."""

    def import_failures(self) -> list[ImportFailure]:
        """All DAG files that cannot be imported."""

    def source(self, dag: Dag) -> str | None:
        """The text of the DAG's file as it was when Airflow last stored the DAG; None where Airflow has none."""

    def request_parsing(self, dag: Dag) -> None:
        """Ask the DAG processor to parse the DAG's file next; it is no error where it cannot be asked."""

    def unpause(self, dag_id: str) -> None:
        """Let the scheduler schedule the DAG's runs."""

    def pause(self, dag_id: str) -> None:
        """Keep the scheduler from scheduling the DAG's runs."""

    def trigger(self, dag_id: str, conf: Mapping[str, object]) -> DagRun:
        """Make a DAG run with that configuration."""

    def dag_run(self, dag_id: str, run_id: str) -> DagRun:
        """The DAG run as it is now."""

    def task_instances(self, dag_id: str, run_id: str) -> list[TaskInstance]:
        """The newest try of all task instances, mapped ones included."""

    def tries(self, instance: TaskInstance) -> list[TaskInstance]:
        """All tries of a task instance, oldest first."""

    def task_log(self, instance: TaskInstance) -> str:
        """The log of that try as the web interface would show it: text, on Airflow 3 a JSON object a line."""


def epoch(text: object) -> float | None:
    """Epoch seconds of an ISO 8601 time of the API; None where there is none."""
    if not isinstance(text, str) or not text:
        return None
    moment = dt.datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()
