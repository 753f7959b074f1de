"""What is read from services and endpoint, and what the report makes of it."""

from __future__ import annotations

import io
import json

import pytest

from airflow_ecs_image.console import Console
from airflow_ecs_image.local.load.evidence import Evidence, Ran
from airflow_ecs_image.local.load.measuring import calls_since, counts_of
from airflow_ecs_image.local.load.phases import TaskRecord
from airflow_ecs_image.local.load.plan import Asked, decide
from airflow_ecs_image.local.load.report import LoadReport, Surroundings, report_of
from airflow_ecs_image.local.load.service_cpu import cpu_seconds, used

BEFORE = {"calls": {"RunTask": 3}, "describe_tasks_largest": 2, "throttled": {}}
AFTER = {
    "calls": {"RunTask": 13, "DescribeTasks": 40},
    "describe_tasks_largest": 99,
    "throttled": {"RunTask": 4},
}


def report(index: int = 0) -> LoadReport:
    evidence = Evidence(ran=Ran("r", index, 1), cpu_seconds=2.5)
    records = [
        TaskRecord(
            0, 1, evidence, {"run_task": 0.0, "pending": 1.0, "started": 2.0, "finished": 3.0, "stopped": 4.0}
        )
    ]
    plan = decide(Asked(1), cores=2)
    counts = counts_of(1, {0: "success"}, records)
    calls = calls_since(BEFORE, AFTER)
    return report_of(Surroundings("3.3.2", 2), plan, "success", counts, calls, records, {"scheduler": 12.34})


def test_counters_are_those_of_the_load() -> None:
    calls = calls_since(BEFORE, AFTER)
    assert (calls.run_task, calls.throttled, calls.describe_tasks, calls.describe_tasks_largest) == (
        10,
        4,
        40,
        99,
    )


def test_counters_of_a_restarted_endpoint_begin_again() -> None:
    assert calls_since({"calls": {"RunTask": 50}}, AFTER).run_task == 13


@pytest.mark.parametrize(
    ("content", "seconds"),
    [
        ("usage_usec 2500000\nuser_usec 1\n", 2.5),
        ("2500000000\n", 2.5),
        ("", None),
        ("cat: no such file", None),
    ],
)
def test_both_versions_of_cgroup_say_seconds(content: str, seconds: float | None) -> None:
    assert cpu_seconds(content) == seconds


def test_a_service_that_was_restarted_counts_from_its_start() -> None:
    assert used({"a": 5.0, "b": 9.0}, {"a": 7.0, "b": 1.0, "c": 3.0}) == {"a": 2.0, "b": 1.0, "c": 3.0}


def test_the_report_is_a_document_and_tables() -> None:
    document = report().as_json()
    assert json.loads(json.dumps(document)) == document
    assert document["clean"] is True
    assert (document["seconds"], document["tasks_per_second"], document["peak_running"]) == (4.0, 0.25, 1)
    assert document["cpu_seconds"] == {"tasks": 2.5, "services": {"scheduler": 12.3}}
    shown = io.StringIO()
    report().show(Console(stream=shown, environment={}))
    for words in (
        "1 tasks in containers, Airflow 3.3.2",
        "waiting for a slot",
        "10, 4 of them throttled",
        "scheduler",
    ):
        assert words in shown.getvalue()


def test_a_success_that_another_index_proves_is_not_clean() -> None:
    assert report(index=7).counts.unproven == 1
