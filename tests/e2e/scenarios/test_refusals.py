"""What ECS cannot or will not run: no task code runs, and Airflow's task instance is `failed` for the reason that ECS gave."""

from __future__ import annotations

import pytest

from .line import ATTEMPTS, Line

SAID_BY_RUN_TASK = {
    "cluster_missing": "ClusterNotFoundException",
    "task_definition_missing": "TaskDefinition not found",
    "container_of_another_name": "Override for container named airflow is not a container in the TaskDefinition",
    "no_such_size": "No Fargate configuration exists for given values",
}


@pytest.mark.parametrize("name", SAID_BY_RUN_TASK)
def test_what_run_task_refuses_fails_after_all_attempts(line: Line, name: str) -> None:
    """A cluster or a task definition that is not there, a task definition with a container of another name, a pair of CPU and memory
    that Fargate does not have: the task instance is `failed`, no ECS task was started for it, and the scheduler's log has ECS's words.
    """
    run = line.ended("SCENARIO-REFUSED")
    assert line.states(run)[name] == "failed"
    assert name not in {task.identity.name for task in line.started(run)}
    assert SAID_BY_RUN_TASK[name] in line.scheduler_log()


def test_a_task_whose_image_is_missing_is_tried_again_and_fails(line: Line) -> None:
    """A task definition whose image is nowhere: RunTask takes it, the ECS task stops as TaskFailedToStart with
    CannotPullContainerError and no exit code, the executor starts another, and the task instance is `failed`.
    """
    run = line.ended("SCENARIO-REFUSED")
    assert line.states(run)["image_missing"] == "failed"
    tasks = [task.document for task in line.started(run) if task.identity.name == "image_missing"]
    assert len(tasks) == ATTEMPTS
    for task in tasks:
        assert task["stopCode"] == "TaskFailedToStart"
        assert task["stoppedReason"].startswith("CannotPullContainerError")
        assert "startedAt" not in task
        assert "exitCode" not in task["containers"][0]


def test_none_of_them_ran_a_line_of_its_code(line: Line) -> None:
    """The DAG run is `failed` with all of its tasks, and none of its ECS tasks printed what the code prints."""
    run = line.ended("SCENARIO-REFUSED")
    assert line.run_state(run) == "failed"
    assert set(line.states(run).values()) == {"failed"}
    assert "this must not run" not in line.output(run)
