"""ECS tasks as the endpoint tells them, and which try each of them ran."""

from __future__ import annotations

import json

from airflow_ecs_image.local.dag_run.airflow_api import TaskInstance
from airflow_ecs_image.local.dag_run.ecs_tasks import EcsTask, ecs_task, tasks_of_run, try_of
from airflow_ecs_image.local.endpoint_admin import EndpointAdmin
from airflow_ecs_image.local.task_identity import TaskIdentity

from .recorded_airflow import serve

COMMAND = ["airflow", "tasks", "run", "D", "t", "r", "--local", "--map-index", "2"]
DOCUMENT = {
    "taskArn": "arn:aws:ecs:eu-central-1:000000000000:task/c/0123abcd",
    "lastStatus": "STOPPED",
    "stoppedReason": "Essential container in task exited",
    "containers": [{"name": "airflow", "exitCode": 137, "reason": "OutOfMemoryError: Container killed"}],
    "overrides": {"containerOverrides": [{"name": "airflow", "command": COMMAND}]},
    "events": {"run_task": 1.5, "stopped": 9.0},
}


def attempt(
    number: int, start: float | None, *, queued: float | None = None, map_index: int = -1
) -> TaskInstance:
    return TaskInstance("D", "r", "t", map_index, number, 1, "success", queued, start, (start or 0) + 5)


def task(asked: float, ended: float = 1e9, number: int | None = None) -> EcsTask:
    events = {"run_task": asked, "stopped": ended}
    return EcsTask("id", TaskIdentity("D", "r", "t", -1, number), "STOPPED", events)


def test_a_task_of_the_endpoint() -> None:
    found = ecs_task(DOCUMENT)
    assert found is not None
    assert (found.id, found.identity.name, found.exit_code) == ("0123abcd", "t[2]", 137)
    assert found.reason == "OutOfMemoryError: Container killed; Essential container in task exited"
    assert (found.asked, found.ended) == (1.5, 9.0)


def test_a_task_that_just_came_has_no_exit_code() -> None:
    found = ecs_task({**DOCUMENT, "containers": [], "events": {}})
    assert found is not None
    assert (found.exit_code, found.asked, found.ended) == (None, 0.0, float("inf"))


def test_only_the_tasks_of_the_run_count() -> None:
    other = {"overrides": {"containerOverrides": [{"command": [*COMMAND[:5], "another", *COMMAND[6:]]}]}}
    with serve() as server:
        server.answer(
            "GET", "/local/tasks", json.dumps({"tasks": [DOCUMENT, {**DOCUMENT, **other}, {"taskArn": "x"}]})
        )
        assert [found.id for found in tasks_of_run(EndpointAdmin(server.address), "D", "r")] == ["0123abcd"]


def test_a_task_whose_output_is_gone_has_none() -> None:
    with serve() as server:
        server.answer("GET", "/local/tasks/a/log", "2026-11-25T03:31:51.428446123Z hello\n")
        assert EndpointAdmin(server.address).log("a").endswith("Z hello\n")
        assert EndpointAdmin(server.address).log("b") == ""


def test_airflow_3_says_which_try() -> None:
    tries = [attempt(1, 10), attempt(2, 20)]
    assert try_of(task(0, number=2), tries) == tries[1]
    assert try_of(task(0, number=3), tries) is None


def test_airflow_2_is_known_by_its_times() -> None:
    tries = [attempt(1, 10, queued=8), attempt(2, 30, queued=28)]
    assert try_of(task(9, 16), tries) == tries[0]
    assert try_of(task(29, 36), tries) == tries[1]


def test_the_second_launch_of_a_deferred_try_is_of_the_same_try() -> None:
    tries = [attempt(1, 10, queued=40)]
    assert try_of(task(9, 12), tries) == tries[0]
    assert try_of(task(41, 46), tries) == tries[0]


def test_a_try_that_never_began_is_known_by_when_it_was_queued() -> None:
    tries = [attempt(1, None, queued=8), attempt(2, 30, queued=28)]
    assert try_of(task(9, 16), tries) == tries[0]


def test_another_mapped_task_is_another_task() -> None:
    assert try_of(task(9, 16), [attempt(1, 10, map_index=0)]) is None
