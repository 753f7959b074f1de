"""The task instance of an ECS task is read from the worker command, and nothing else of it."""

from __future__ import annotations

import json

import pytest

from airflow_ecs_image.local.task_identity import TaskIdentity, identity_of_command, identity_of_task

WORKLOAD = {
    "token": "a-secret-token",
    "ti": {
        "id": "01a210c2-6d78-7f87-9bdf-a2f53571c22a",
        "task_id": "square",
        "dag_id": "SHAPES",
        "run_id": "manual__2026-11-25T03:31:47+00:00",
        "try_number": 2,
        "map_index": 1,
    },
    "type": "ExecuteTask",
}
OF_3 = ["python", "-m", "airflow.sdk.execution_time.execute_workload", "--json-string", json.dumps(WORKLOAD)]
OF_2 = [
    *("airflow", "tasks", "run", "SHAPES", "square", "manual__2026-11-25T03:31:47+00:00", "--local"),
    *("--subdir", "DAGS_FOLDER/sub/shapes_dag.py", "--map-index", "1"),
]
RUN = "manual__2026-11-25T03:31:47+00:00"


def test_airflow_3_says_which_try() -> None:
    assert identity_of_command(OF_3) == TaskIdentity("SHAPES", RUN, "square", 1, 2)


def test_airflow_2_does_not() -> None:
    assert identity_of_command(OF_2) == TaskIdentity("SHAPES", RUN, "square", 1, None)


def test_a_task_that_is_not_mapped() -> None:
    workload = {**WORKLOAD, "ti": {**WORKLOAD["ti"], "map_index": None}}  # type: ignore[dict-item]
    identity = identity_of_command([*OF_3[:-1], json.dumps(workload)])
    assert identity is not None
    assert (identity.map_index, identity.name) == (-1, "square")
    identity = identity_of_command(OF_2[:-2])
    assert identity is not None
    assert (identity.map_index, identity.name) == (-1, "square")


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["bash", "-c", "true"],
        ["airflow", "tasks", "run", "only-a-dag"],
        ["python", "--json-string"],
        ["python", "--json-string", "{ not json"],
        ["python", "--json-string", '{"callback": {}, "type": "ExecuteCallback"}'],
        ["python", "--json-string", "[]"],
    ],
)
def test_other_commands_run_no_task_instance(command: list[str]) -> None:
    assert identity_of_command(command) is None


def test_the_command_is_found_in_the_overrides_of_an_ecs_task() -> None:
    overrides = {"containerOverrides": [{"name": "sidecar"}, {"name": "airflow", "command": OF_3}]}
    identity = identity_of_task({"taskArn": "arn", "overrides": overrides})
    assert identity is not None
    assert identity.name == "square[1]"


@pytest.mark.parametrize(
    "task", [{}, {"overrides": {}}, {"overrides": {"containerOverrides": [{"name": "airflow"}]}}]
)
def test_an_ecs_task_without_a_command(task: dict[str, object]) -> None:
    assert identity_of_task(task) is None


def test_the_token_is_nowhere_in_the_identity() -> None:
    assert "a-secret-token" not in repr(identity_of_command(OF_3))
