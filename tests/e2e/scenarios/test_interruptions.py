"""Scheduler and endpoint end while tasks run: the tasks do not, and nothing of them is lost.

The tests share two running tasks and follow each other in the order of the file.
"""

from __future__ import annotations

import pytest

from .line import Line, Waiting


@pytest.fixture(scope="module")
def waiting(line: Line) -> Waiting:
    """Two tasks that run until they are released."""
    return line.two_waiting_tasks()


def test_an_endpoint_that_is_restarted_knows_its_tasks(line: Line, waiting: Waiting) -> None:
    """SIGTERM and a new start: the same two tasks are RUNNING, in the same containers."""
    before = line.running(waiting)
    line.restart("ecs")
    line.wait_until_running_as(waiting, before)


def test_an_endpoint_that_is_killed_knows_its_tasks(line: Line, waiting: Waiting) -> None:
    """SIGKILL and a new start: the same."""
    before = line.running(waiting)
    line.kill("ecs")
    line.start("ecs")
    line.wait_until_running_as(waiting, before)


def test_an_endpoint_without_its_files_knows_its_tasks(line: Line, waiting: Waiting) -> None:
    """Killed, its state emptied, started: the tasks are found by the labels of their containers."""
    before = line.running(waiting)
    line.kill("ecs")
    line.empty_state_of_endpoint()
    line.start("ecs")
    line.wait_until_running_as(waiting, before)
    assert line.in_state(waiting, "running"), "the scheduler went on meanwhile"


def test_a_new_scheduler_adopts_the_tasks_of_a_killed_one(line: Line, waiting: Waiting) -> None:
    """The scheduler is killed and another started: it says that it adopted both tasks. Released, they end as `success`, each after
    one ECS task: none was lost, none run twice.
    """
    line.kill("scheduler")
    line.start("scheduler")
    line.wait_for_adoption(tasks=2)
    line.release(waiting)
    for run in waiting.runs:
        line.wait_for_end(run)
        assert line.states(run) == {"wait": "success"}
        assert len(line.ecs_tasks(run)) == 1
        assert "released" in line.log(run, "wait")
