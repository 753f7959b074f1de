"""Tasks that something ends while they run: the container is killed, or ECS is told to stop it."""

from __future__ import annotations

from .line import EXIT_CODE, Line


def test_a_killed_container_fails_its_task(line: Line) -> None:
    """The container of a running task is killed: ECS says exit code 137, the executor starts the same try again, which the worker of
    either line refuses, and the task instance becomes `failed` and never runs its code again. On Airflow 2 the refusing worker ends
    with 0, so that only the missing heartbeats fail the task.
    """
    killed, _ = line.stopped_tasks()
    line.wait_for_end(killed)
    assert line.states(killed) == {"wait": "failed"}
    codes = [EXIT_CODE(task) for task in line.ecs_tasks(killed)]
    assert codes[0] == 137
    assert 137 not in codes[1:]
    assert line.output(killed).count("waiting in") == 1


def test_a_stopped_task_cleans_up_before_it_fails(line: Line) -> None:
    """StopTask on a running task: SIGTERM reaches the task, whose `on_kill` runs and says so, its container ends before the
    stopTimeout of the task definition, ECS says who stopped it, and the task instance is `failed`.
    """
    _, stopped = line.stopped_tasks()
    line.wait_for_end(stopped)
    assert line.states(stopped) == {"clean_up": "failed"}
    assert "cleaned up" in line.output(stopped)
    first = line.ecs_tasks(stopped)[0]
    assert first["stopCode"] == "UserInitiated"
    assert first["stoppedReason"] == "a scenario of the tests"
    assert EXIT_CODE(first) != 137, "SIGTERM was enough"
    assert not line.containers_of(stopped, running=True)
