"""Each moment is read from the line that says it, of real logs of both lines of Airflow."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from airflow_ecs_image.local.dag_run import moments
from airflow_ecs_image.local.dag_run.log_lines import parsed
from airflow_ecs_image.local.dag_run.moments import Moments

from .recorded_airflow import recorded


def epoch(time: str) -> float:
    return dt.datetime.fromisoformat(f"2026-11-25T{time}+00:00").timestamp()


def test_the_log_of_airflow_3() -> None:
    found = moments.with_log(Moments(), parsed(recorded(3, "numbers.log")))
    assert found.runner == pytest.approx(epoch("03:31:48.694090"))
    assert found.dag == pytest.approx(epoch("03:31:51.430276"))
    assert found.parsed == pytest.approx(epoch("03:31:51.464710"))
    assert found.code == pytest.approx(epoch("03:31:51.530066"))
    assert found.code_end == pytest.approx(epoch("03:31:51.533264"))


def test_the_log_of_airflow_2() -> None:
    found = moments.with_log(Moments(), parsed(recorded(2, "numbers.log")))
    assert found.runner == pytest.approx(epoch("03:37:04.947"))
    assert (found.dag, found.parsed) == (None, None)
    assert found.code == pytest.approx(epoch("03:37:05.031"))
    assert found.code_end == pytest.approx(epoch("03:37:05.042"))


@pytest.mark.parametrize(
    ("major", "first", "second"), [(3, "03:31:51", "03:31:56"), (2, "03:37:07", "03:37:14")]
)
def test_of_a_deferred_task_each_container_has_its_own_part(major: int, first: str, second: str) -> None:
    lines = parsed(recorded(major, "wait.log"))
    before = moments.with_log(Moments(started=epoch(first) - 4, finished=epoch(first) + 1), lines)
    after = moments.with_log(Moments(started=epoch(second) - 1, finished=epoch(second) + 2), lines)
    assert before.code_end is not None
    assert before.code_end < epoch(second)
    assert after.runner is not None
    assert after.runner > epoch(first) + 2
    assert after.code_end is not None


def test_the_marks_of_the_entrypoint_are_exact() -> None:
    output = (
        "2026-11-25T03:31:40.000000001Z airflow-ecs-image: entrypoint 1795577499.900001\n"
        "2026-11-25T03:31:40.350000000Z fetch-dags: 4 files from s3://b/p in 344 ms (4 new)\n"
        "2026-11-25T03:31:40.360000000Z airflow-ecs-image: airflow 1795577500.355000\n"
        "not a line of the engine\n"
    )
    found = moments.with_output(Moments(), output)
    assert (found.entrypoint, found.airflow) == (1795577499.900001, 1795577500.355)
    assert found.fetched == pytest.approx(epoch("03:31:40.35"))


def test_airflow_3_says_itself_when_it_begins() -> None:
    line = '{"timestamp":"2026-11-25T03:31:45.500000Z","level":"info","event":"Executing workload","workload":"…"}'
    found = moments.with_output(Moments(), f"2026-11-25T03:31:45.800000000Z {line}\n")
    assert found.worker == pytest.approx(epoch("03:31:45.5"))


def test_airflow_2_is_known_by_the_first_of_two_lines() -> None:
    output = (
        "2026-11-25T03:31:45.100000000Z [2026-11-25T03:31:45.000+0000] {dagbag.py:588} INFO - Filling up the DagBag from /x\n"
        "2026-11-25T03:31:46.000000000Z [2026-11-25T03:31:46.000+0000] {task_command.py:467} INFO - Running <TaskInstance: …\n"
    )
    assert moments.with_output(Moments(), output).worker == pytest.approx(epoch("03:31:45.1"))


def test_what_a_task_prints_is_no_mark() -> None:
    output = '2026-11-25T03:31:45.100000000Z {"event":"my own Executing workload","level":"info"}\n'
    assert moments.with_output(Moments(), output) == Moments()


def test_the_events_of_the_endpoint() -> None:
    found = moments.of_events({"run_task": 1, "created": 2.5, "started": None, "other": 3})
    assert found == Moments(run_task=1.0, created=2.5)


def test_the_dates_of_the_task_instance_fill_what_the_log_does_not_say() -> None:
    ran = Moments(run_task=10, started=11, finished=20)
    assert moments.with_task_instance(ran, 9.5, 12, 19) == replace(ran, queued=9.5, runner=12, code_end=19)
    # The dates of a deferred task are those of its first and its last container; `queued` that of the last.
    assert moments.with_task_instance(ran, 30, 2, 35) == ran
    logged = replace(ran, runner=13, code_end=18)
    assert moments.with_task_instance(logged, 9.5, 12, 19) == replace(logged, queued=9.5)


@pytest.mark.parametrize("word", ["", "hello", "2026-11-25", "2026-11-25T03:31:45", "2026-11-25T03:31:45.xZ"])
def test_other_words_are_no_time(word: str) -> None:
    assert moments.epoch_of_rfc_3339(word) is None


def test_nanoseconds_are_read() -> None:
    assert moments.epoch_of_rfc_3339("1970-01-01T00:00:01.123456789Z") == pytest.approx(1.123456789, abs=1e-6)
    assert moments.epoch_of_rfc_3339("1970-01-01T00:00:01Z") == 1.0
