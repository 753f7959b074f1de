"""A task's log outlives its container."""

from __future__ import annotations

from .line import Line


def test_the_log_of_a_task_is_in_s3_and_airflow_reads_it_from_there(line: Line) -> None:
    """After FARGATE-DAG: the bucket of the logs has an object below the task's name with what it printed, and Airflow's API answers
    the same text for that try, although the container has ended.
    """
    run = line.ended("FARGATE-DAG")
    assert "Task execution" in line.log_in_s3(run, "exec_task")
    assert "Task execution" in line.log(run, "exec_task")
    assert not line.containers_of(run, running=True), "its container should have ended"


def test_the_log_of_a_failed_task_is_there_as_well(line: Line) -> None:
    """After SCENARIO-FAILING: the exception is in S3 and in the API's answer."""
    run = line.ended("SCENARIO-FAILING")
    assert "the scenario's own mistake" in line.log_in_s3(run, "raises")
    assert "the scenario's own mistake" in line.log(run, "raises")
