"""What a load did, asked of its witnesses: the endpoint's records, the output of the tasks, and Airflow's states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from airflow_ecs_image.local.endpoint_admin import EndpointAdmin
from airflow_ecs_image.local.load.counting import Counts, count
from airflow_ecs_image.local.load.evidence import evidence_of
from airflow_ecs_image.local.load.phases import TaskRecord, moments
from airflow_ecs_image.local.task_identity import identity_of_task
from airflow_ecs_image.local.task_outcome import task_id_of


@dataclass(frozen=True)
class Calls:
    """How often the executor called ECS during the load."""

    run_task: int
    throttled: int
    describe_tasks: int
    describe_tasks_largest: int

    def as_json(self) -> dict[str, int]:
        """A document of JSON types."""
        return {
            "run_task": self.run_task,
            "run_task_throttled": self.throttled,
            "describe_tasks": self.describe_tasks,
            "describe_tasks_largest": self.describe_tasks_largest,
        }


def calls_since(before: Mapping[str, object], after: Mapping[str, object]) -> Calls:
    """The difference of two readings of the endpoint's counters; an endpoint that was restarted between them counts from 0."""

    def grown(group: str, name: str) -> int:
        then, now = (_number(counters.get(group), name) for counters in (before, after))
        return now - then if now >= then else now

    return Calls(
        run_task=grown("calls", "RunTask"),
        throttled=grown("throttled", "RunTask"),
        describe_tasks=grown("calls", "DescribeTasks"),
        describe_tasks_largest=_number(after, "describe_tasks_largest"),
    )


def records_of(endpoint: EndpointAdmin, dag_id: str, run_id: str) -> list[TaskRecord]:
    """The tasks that the executor started for one DAG run, in their order, with what they printed."""
    found = []
    for task in endpoint.tasks():
        identity = identity_of_task(task)
        if identity is None or (identity.dag_id, identity.run_id) != (dag_id, run_id):
            continue
        evidence = evidence_of(endpoint.log(task_id_of(task)))
        found.append(
            TaskRecord(
                identity.map_index,
                identity.try_number,
                evidence,
                moments(task["events"], task.get("pullStartedAt"), evidence),
            )
        )
    return found


def counts_of(expected: int, states: Mapping[int, str], records: list[TaskRecord]) -> Counts:
    """The counts of one DAG run; `states` are Airflow's by map index."""
    return count(
        expected,
        states,
        [(record.map_index, record.try_number) for record in records],
        [record.evidence.ran for record in records if record.evidence.ran is not None],
    )


def _number(counters: object, name: str) -> int:
    value = counters.get(name, 0) if isinstance(counters, Mapping) else 0
    return int(value) if isinstance(value, int | float) else 0
