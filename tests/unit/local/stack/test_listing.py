"""How tasks are listed: by what they were started for, and without the command."""

from __future__ import annotations

import json
from typing import Any

from airflow_ecs_image.local.stack.listing import task_state

TOKEN = "eyJhbGciOiJIUzUxMiJ9.payload.signature"
ARN = "arn:aws:ecs:eu-central-1:000000000000:task/airflow-ecs/0123456789abcdef0123456789abcdef"


def task(command: list[str], *codes: int | None, **values: Any) -> dict[str, Any]:
    return {
        "taskArn": ARN,
        "lastStatus": "STOPPED",
        "createdAt": 1.0,
        "containers": [{"name": f"container-{i}", "exitCode": code} for i, code in enumerate(codes)],
        "overrides": {"containerOverrides": [{"name": "container-0", "command": command}]},
        "events": {"run_task": 2.0},
        **values,
    }


def test_a_task_of_airflow_3_is_named_and_its_token_left_out() -> None:
    workload = {
        "token": TOKEN,
        "ti": {"dag_id": "D", "run_id": "R", "task_id": "T", "map_index": 3, "try_number": 2},
    }
    command = ["python", "-m", "airflow.sdk.execution_time.execute_workload", "--json-string"]
    state = task_state(task([*command, json.dumps(workload)], 0))
    assert state.id == ARN.rpartition("/")[2]
    assert state.identity is not None
    assert (state.identity.dag_id, state.identity.name, state.identity.try_number) == ("D", "T[3]", 2)
    assert state.asked == 2.0
    assert TOKEN not in f"{state} {state.as_json()}"


def test_a_task_of_airflow_2_is_named() -> None:
    state = task_state(task(["airflow", "tasks", "run", "D", "T", "R", "--local"], 0))
    assert state.identity is not None
    assert (state.identity.dag_id, state.identity.task_id, state.identity.run_id) == ("D", "T", "R")


def test_any_other_command_is_nobodys() -> None:
    state = task_state(task(["bash", "-c", "secret"], 0))
    assert state.identity is None
    assert "secret" not in json.dumps(state.as_json())


def test_the_exit_code_is_that_of_the_container_that_failed() -> None:
    assert task_state(task([], 0, 137)).exit_code == 137
    assert task_state(task([], None, 0)).exit_code == 0
    assert task_state(task([], None)).exit_code is None


def test_reasons_stand_together_each_once() -> None:
    found = task([], 137, stoppedReason="Essential container in task exited")
    found["containers"][0]["reason"] = "OutOfMemoryError: Container killed due to memory usage"
    assert task_state(found).reason == (
        "OutOfMemoryError: Container killed due to memory usage; Essential container in task exited"
    )
