"""From what a worker's container writes to the moments, the parts and the run."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from airflow_ecs_image.engine.containers import Completed
from bench.contenders import Contender
from bench.start_up.cases import Case
from bench.start_up.marks import Counters, counters, moments
from bench.start_up.measure import Run, run_of
from bench.start_up.parts import PARTS, START

T0 = 1_795_599_491.0
TOKEN = "eyJhbGciOiJIUzUxMiJ9.canary"
STDERR = """\
start-up-mark first-process 1795599491.200000
start-up-mark begin:/opt/airflow-ecs-image/entrypoint 1795599491.210000
airflow-ecs-image: entrypoint 1795599491.210200
start-up-mark exec:/entrypoint 1795599491.450000
start-up-mark begin:/entrypoint 1795599491.460000
start-up-mark exec:python 1795599491.470000
"""
AIRFLOW_3 = """\
fetch-dags: 200 files from s3://dags-of-the-bench/dags in 211 ms (2.1 MB, version cbdec19c90ea)
{"timestamp":"2026-11-25T09:38:12.674555Z","level":"info","event":"Executing workload","workload":"ExecuteTask()"}
{"timestamp":"2026-11-25T09:38:12.800000Z","level":"info","event":"Filling up the DagBag from /opt/airflow/dags/a.py"}
{"timestamp":"2026-11-25T09:38:12.820000Z","level":"info","event":"Worker startup parse complete","dag_id":"start_up"}
{"timestamp":"2026-11-25T09:38:12.900400Z","level":"info","event":"start-up-mark first-line 1795599492.900000"}
{"timestamp":"2026-11-25T09:38:12.900500Z","event":"start-up-counters cpu=1.4642 cgroup=150200320 resident=125607936"}
"""
AIRFLOW_2 = """\
[2026-11-25T09:38:12.161+0000] {dagbag.py:588} INFO - Filling up the DagBag from /opt/airflow/dags/a.py
[2026-11-25T09:38:12.258+0000] {task_command.py:467} INFO - Running <TaskInstance: start_up.first_line [queued]> on host b
[2026-11-25T09:38:12.390+0000] {task_command.py:467} INFO - Running <TaskInstance: start_up.first_line [running]> on host b
[2026-11-25T09:38:12.454+0000] {logging_mixin.py:190} INFO - start-up-mark first-line 1795599492.454000
[2026-11-25T09:38:12.455+0000] {logging_mixin.py:190} INFO - start-up-counters cpu=1.3501 cgroup=152084480 resident=143343616
"""
SOURCE = Contender("source", "3.3.2", "tag")
CASE = Case("3.3.2", 0.25)


def ended(stdout: str, *, state: str = "success", exit_code: int = 0, stderr: str = STDERR) -> Run:
    return run_of(Completed(exit_code, stdout, stderr, 4.0), SOURCE, CASE, 1, started=T0, state=state)


def test_the_moments_of_airflow_3_are_in_their_order() -> None:
    found = moments(AIRFLOW_3, STDERR)

    assert list(found) == [
        "first-process",
        "entrypoint",
        "base",
        "airflow",
        "imported",
        "parse",
        "parsed",
        "first-line",
    ]
    assert list(found.values()) == sorted(found.values())
    assert counters(AIRFLOW_3) == Counters(1.4642, 150_200_320, 125_607_936)


def test_airflow_2_says_nothing_before_it_parses_and_the_first_of_two_lines_counts() -> None:
    found = moments(AIRFLOW_2, STDERR.replace("exec:python", "exec:airflow"))

    assert found["imported"] == found["parse"] == pytest.approx(T0 + 1.161)
    assert found["parsed"] == pytest.approx(T0 + 1.258)


def test_a_sample_entrypoint_that_does_not_exec_has_the_same_moments() -> None:
    stderr = STDERR.replace("/opt/airflow-ecs-image/entrypoint", "/home/airflow/entrypoint").replace(
        "start-up-mark exec:/entrypoint 1795599491.450000\n", ""
    )

    assert moments(AIRFLOW_3, stderr) == moments(AIRFLOW_3, STDERR)


@pytest.mark.parametrize("stdout", [AIRFLOW_3, AIRFLOW_2])
def test_the_parts_add_up_to_the_whole(stdout: str) -> None:
    run = ended(stdout)

    parts = {part.name: part.milliseconds(run.marks) for part in PARTS}
    assert run.error is None
    assert sum(value for value in parts.values() if value is not None) == pytest.approx(run.milliseconds)
    assert (parts["runtime"], parts["entrypoint"], parts["fetch"]) == pytest.approx((200, 20, 250), abs=0.2)
    assert run.marks[START] == 0


def test_a_part_that_a_run_did_not_reach_is_none() -> None:
    run = ended(AIRFLOW_3.partition("\n")[0])

    assert run.error == "task success, exit code 0"
    assert [part.name for part in PARTS if part.milliseconds(run.marks) is None] == [
        "imports",
        "parse",
        "handshake",
    ]


@pytest.mark.parametrize(("state", "exit_code"), [("queued", 1), ("failed", 0), ("up_for_reschedule", 0)])
def test_a_run_counts_only_by_the_state_in_the_database(state: str, exit_code: int) -> None:
    run = ended(AIRFLOW_3, state=state, exit_code=exit_code)

    assert (run.milliseconds, run.error) == (None, f"task {state}, exit code {exit_code}")


def test_no_worker_command_reaches_the_results() -> None:
    told = f'Failed to parse {{"token":"{TOKEN}"}}\n'

    run = ended(told + AIRFLOW_3, state="queued", exit_code=1, stderr=told)

    assert TOKEN not in json.dumps(asdict(run))
