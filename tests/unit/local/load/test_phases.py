"""Sums over the moments of tasks."""

from __future__ import annotations

from airflow_ecs_image.local.load.evidence import Evidence
from airflow_ecs_image.local.load.phases import TaskRecord, moments, peak_running, phases, span


def record(**moments: float) -> TaskRecord:
    return TaskRecord(0, 1, Evidence(), moments)


def test_a_phase_is_of_the_tasks_that_had_both_of_its_ends() -> None:
    found = phases(
        [
            record(run_task=0.0, pending=1.0),
            record(run_task=0.0, pending=4.0),
            record(run_task=0.0, pending=5.0),
            record(run_task=0.0),
        ]
    )
    assert [(phase.name, phase.tasks, phase.median, phase.longest, phase.total) for phase in found] == [
        ("waiting for a slot (PROVISIONING)", 3, 4.0, 5.0, 10.0)
    ]


def test_the_peak_counts_what_overlaps() -> None:
    three = [record(started=begin, finished=begin + 2) for begin in (0.0, 1.0, 2.0)]
    # The third begins when the first ends.
    assert peak_running(three) == 2
    assert peak_running([*three, record(started=1.5, finished=1.6)]) == 3
    assert peak_running([record(started=1.0)]) == 0


def test_the_span_is_from_the_first_run_task_to_the_last_stopped() -> None:
    assert span([record(run_task=2.0, stopped=9.0), record(run_task=1.0, stopped=4.0)]) == 8.0
    assert span([record(run_task=2.0)]) == 0.0


def test_moments_come_from_three_witnesses() -> None:
    found = moments({"run_task": 1.0, "stopped": 9.0}, 2.0, Evidence(began=5.0))
    assert found == {"run_task": 1.0, "pending": 2.0, "began": 5.0, "stopped": 9.0}
