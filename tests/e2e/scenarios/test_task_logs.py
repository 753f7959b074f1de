"""A task's log outlives its container."""

from __future__ import annotations

from .line import Line


def test_the_log_of_a_task_is_in_s3_and_airflow_reads_it_from_there(line: Line) -> None:
    """After FARGATE-DAG: the bucket of the logs has an object below the task's name with what it printed, and Airflow's API answers
    the same text for that try, although the container is gone.
    """
    run = line.ended("FARGATE-DAG")
    keys = line.log_keys(run, "exec_task")
    assert keys, "no log was uploaded"
    assert any("Task execution" in line.object("airflow-logs", key) for key in keys)
    assert "Task execution" in line.log(run, "exec_task")
    assert not line.containers_of(run), "its container should be gone"


def test_the_log_of_a_failed_task_is_there_as_well(line: Line) -> None:
    """After SCENARIO-FAILING: the exception is in S3 and in the API's answer."""
    run = line.ended("SCENARIO-FAILING")
    keys = line.log_keys(run, "raises")
    assert any("the scenario's own mistake" in line.object("airflow-logs", key) for key in keys)
    assert "the scenario's own mistake" in line.log(run, "raises")
