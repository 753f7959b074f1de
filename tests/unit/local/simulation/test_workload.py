"""The executor's commands are understood, and none of a command gets into a message."""

from __future__ import annotations

import json

import pytest

from airflow_ecs_image.local.endpoint.simulation.workload import (
    DATABASE,
    EXECUTION_API,
    NoWorkload,
    workload_of,
)

WORKLOAD = {
    "token": "the-token",
    "ti": {
        "id": "0190",
        "task_id": "work",
        "dag_id": "load",
        "run_id": "manual__1",
        "try_number": 2,
        "map_index": None,
    },
    "type": "ExecuteTask",
}
MODULE = ["python", "-m", "airflow.sdk.execution_time.execute_workload", "--json-string"]
AIRFLOW_2 = [
    "airflow",
    "tasks",
    "run",
    "load",
    "work",
    "manual__1",
    "--local",
    "--subdir",
    "DAGS_FOLDER/x.py",
]


def test_airflow_3() -> None:
    environment = {EXECUTION_API: "http://api/execution/", "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "30"}
    found = workload_of([*MODULE, json.dumps(WORKLOAD)], environment)
    assert (found.major, found.dag_id, found.run_id, found.task_id) == (3, "load", "manual__1", "work")
    assert (found.map_index, found.try_number, found.id, found.token) == (-1, 2, "0190", "the-token")
    assert (found.address, found.heartbeat_seconds) == ("http://api/execution/", 30)
    assert "the-token" not in repr(found)


@pytest.mark.parametrize(("more", "index"), [([], -1), (["--map-index", "3"], 3)])
def test_airflow_2(more: list[str], index: int) -> None:
    found = workload_of([*AIRFLOW_2, *more], {DATABASE: "postgresql://u:secret@h/d"})
    assert (found.major, found.dag_id, found.task_id, found.run_id) == (2, "load", "work", "manual__1")
    assert (found.map_index, found.heartbeat_seconds) == (index, 5)
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("command", "environment"),
    [
        (["sleep", "the-token"], {}),
        ([*MODULE, '{"token": "the-token", "ti": 1}'], {EXECUTION_API: "http://api/"}),
        ([*MODULE, "the-token"], {EXECUTION_API: "http://api/"}),
        ([*MODULE, json.dumps(WORKLOAD)], {}),
        (
            [*MODULE, json.dumps(WORKLOAD)],
            {EXECUTION_API: "http://api/", "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "x"},
        ),
        (["airflow", "tasks", "run", "the-token"], {DATABASE: "postgresql://h/d"}),
        (AIRFLOW_2, {}),
    ],
)
def test_what_is_no_workload_is_refused_without_a_word_of_it(
    command: list[str], environment: dict[str, str]
) -> None:
    with pytest.raises(NoWorkload) as raised:
        workload_of(command, environment)
    assert "the-token" not in str(raised.value)
