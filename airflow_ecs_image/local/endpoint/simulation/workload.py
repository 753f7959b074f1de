"""What a worker is started with: the executor's command and the environment of its container, taken apart."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

EXECUTION_API = "AIRFLOW__CORE__EXECUTION_API_SERVER_URL"
DATABASE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
HEARTBEATS = {2: "AIRFLOW__SCHEDULER__JOB_HEARTBEAT_SEC", 3: "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL"}
"""The variable that says how often a worker reports that it lives, by the line of Airflow (Airflow's configuration reference)."""

_HEARTBEAT_SECONDS = 5.0  # The default of both.


class NoWorkload(ValueError):
    """The command is not one that the ECS executor sends, or the environment lacks what its worker needs."""


@dataclass(frozen=True)
class Workload:
    """One task instance to run, and by which way its worker speaks to Airflow.

    `address` is the URL of the execution API (Airflow 3) or the connection string of the database (Airflow 2). The id and
    the token exist on Airflow 3 only, the number of the try is in the command of Airflow 3 only.
    """

    major: int
    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    address: str = field(repr=False)
    heartbeat_seconds: float = _HEARTBEAT_SECONDS
    try_number: int = 0
    id: str = ""
    token: str = field(default="", repr=False)


def workload_of(command: Sequence[str], environment: Mapping[str, str]) -> Workload:
    """The workload of a container. Raises NoWorkload, whose message holds nothing of the command."""
    if list(command[:3]) == ["airflow", "tasks", "run"]:
        return _of_airflow_2(command[3:], environment)
    if "--json-string" in command[:-1]:
        return _of_airflow_3(command[command.index("--json-string") + 1], environment)
    raise NoWorkload("the command is none of the ECS executor's")


def _of_airflow_3(text: str, environment: Mapping[str, str]) -> Workload:
    """`airflow.executors.workloads.ExecuteTask` as JSON."""
    try:
        content: dict[str, Any] = json.loads(text)
        instance = content["ti"]
        token = str(content["token"])
        return Workload(
            3,
            dag_id=str(instance["dag_id"]),
            run_id=str(instance["run_id"]),
            task_id=str(instance["task_id"]),
            map_index=int(instance.get("map_index") if instance.get("map_index") is not None else -1),
            address=_needed(environment, EXECUTION_API),
            heartbeat_seconds=_heartbeat_seconds(3, environment),
            try_number=int(instance["try_number"]),
            id=str(instance["id"]),
            token=token,
        )
    except NoWorkload:
        raise
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoWorkload("the workload is no ExecuteTask of Airflow 3") from None


class _Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:  # noqa: ARG002 - it may quote the command
        raise NoWorkload("`airflow tasks run` with other arguments than the executor's")


def _of_airflow_2(arguments: Sequence[str], environment: Mapping[str, str]) -> Workload:
    """`TaskInstance.command_as_list` (airflow/models/taskinstance.py of 2.11)."""
    parser = _Arguments(add_help=False, allow_abbrev=False)
    for name in ("dag_id", "task_id", "run_id"):
        parser.add_argument(name)
    parser.add_argument("--map-index", type=int, default=-1)
    known, _ = parser.parse_known_args(list(arguments))
    return Workload(
        2,
        dag_id=known.dag_id,
        run_id=known.run_id,
        task_id=known.task_id,
        map_index=known.map_index,
        address=_needed(environment, DATABASE),
        heartbeat_seconds=_heartbeat_seconds(2, environment),
    )


def _needed(environment: Mapping[str, str], name: str) -> str:
    if not environment.get(name):
        raise NoWorkload(f"{name}: not set in the container")
    return environment[name]


def _heartbeat_seconds(major: int, environment: Mapping[str, str]) -> float:
    try:
        return max(float(environment.get(HEARTBEATS[major], "") or _HEARTBEAT_SECONDS), 0.1)
    except ValueError:
        raise NoWorkload(f"{HEARTBEATS[major]}: no number") from None
