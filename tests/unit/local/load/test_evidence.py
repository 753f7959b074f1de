"""What the output of a load's task says, in the words of both lines of Airflow."""

from __future__ import annotations

from airflow_ecs_image.local.load.evidence import Evidence, Ran, evidence_of

AIRFLOW_3 = """\
2026-11-25T03:00:00.100000001Z airflow-ecs-image: entrypoint 1795575600.090000
2026-11-25T03:00:00.150000002Z airflow-ecs-image: airflow 1795575600.140000
2026-11-25T03:00:02.500000003Z {"event":"Executing workload","level":"info"}
2026-11-25T03:00:03.000000004Z {"event":"airflow-ecs-image load: ran load manual__1 work 7 1","logger":"task.stdout"}
2026-11-25T03:00:04.000000005Z {"event":"airflow-ecs-image load: done load manual__1 work 7 1 2.750","logger":"task.stdout"}
"""
AIRFLOW_2 = """\
2026-11-25T03:00:02.500000003Z [2026-11-25T03:00:02.5+0000] {dagbag.py:588} INFO - Filling up the DagBag from /dags/x.py
2026-11-25T03:00:03.000000004Z [2026-11-25T03:00:03.0+0000] {logging_mixin.py:190} INFO - airflow-ecs-image load: ran load manual__1 work 7 1
"""


def test_airflow_3() -> None:
    assert evidence_of(AIRFLOW_3) == Evidence(
        ran=Ran("manual__1", 7, 1),
        entrypoint=1795575600.09,
        airflow=1795575600.14,
        imported=1795575602.500000,
        began=1795575603.0,
        ended=1795575604.0,
        cpu_seconds=2.75,
    )


def test_airflow_2() -> None:
    found = evidence_of(AIRFLOW_2)
    assert found.ran == Ran("manual__1", 7, 1)
    assert (found.imported, found.began, found.ended) == (1795575602.5, 1795575603.0, None)


def test_an_output_that_says_nothing_of_it_proves_nothing() -> None:
    assert evidence_of("2026-11-25T03:00:03.0Z Traceback\nno time at all\n") == Evidence()


def test_a_simulated_worker_says_when_its_task_was_over() -> None:
    log = "2026-11-25T03:00:03.0Z airflow-ecs-image load: ran d r work 0 1\n2026-11-25T03:00:09.5Z simulated worker: success\n"
    found = evidence_of(log)
    assert (found.began, found.ended) == (1795575603.0, 1795575609.5)
