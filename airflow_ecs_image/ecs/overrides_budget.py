"""How much of RunTask's 8,192 characters for overrides a worker command takes, and how much is left for DAGs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import EcsSpec

MOST = 8192
"""ECS API reference, TaskOverride: "A maximum of 8192 characters, including the JSON formatting"."""

WORRYING = 6000

_LONG_NAME = 100
_EXECUTOR_VARIABLE = {"name": "AIRFLOW_IS_EXECUTOR_CONTAINER", "value": "true"}
_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Budget:
    """Characters of the overrides: those of the command, of `run_task_kwargs`, and all of them."""

    command: int
    total: int

    @property
    def most(self) -> int:
        """What ECS takes."""
        return MOST

    @property
    def worrying(self) -> bool:
        """Whether little is left."""
        return self.total > WORRYING

    @property
    def left(self) -> int:
        """What a DAG's `executor_config`, or longer names than assumed, may add."""
        return MOST - self.total

    def as_json(self) -> dict[str, int]:
        """A document of JSON types."""
        return {"most": MOST, "command": self.command, "total": self.total, "left": self.left}


def overrides_budget(ecs: EcsSpec, airflow_major: int) -> Budget:
    """What the executor sends for a task whose DAG, task and run have names of 100 characters each.

    SpecError when ECS would refuse every task.
    """
    command = _airflow_3_command() if airflow_major > 2 else _airflow_2_command()
    total = len(_json(_overrides(ecs, command)))
    if total > MOST:
        raise SpecError(
            f"ecs.run_task_kwargs: the overrides of a task take {total:,} characters, and ECS takes {MOST:,}",
            mend="move variables from run_task_kwargs to worker_environment, which is in the task definition",
        )
    return Budget(command=len(_json(command)), total=total)


def _overrides(ecs: EcsSpec, command: list[str]) -> dict[str, Any]:
    """As `build_task_kwargs` and the executor's `_run_task_kwargs` make them (executor package, ecs_executor_config.py)."""
    given = ecs.run_task_kwargs.get("overrides")
    overrides = dict(given) if isinstance(given, Mapping) else {}
    containers = overrides.pop("containerOverrides", None) or overrides.pop("container_overrides", None)
    first = containers[0] if isinstance(containers, list) and containers else {}
    container = dict(first) if isinstance(first, Mapping) else {}
    variables = container.get("environment")
    return {
        **overrides,
        "containerOverrides": [
            {
                **container,
                "name": ecs.container_name,
                "command": command,
                "environment": [*(variables if isinstance(variables, list) else []), _EXECUTOR_VARIABLE],
            },
            *(containers[1:] if isinstance(containers, list) else []),
        ],
    }


def _airflow_2_command() -> list[str]:
    """`TaskInstance.generate_command` of Airflow 2 for a mapped task."""
    name = "n" * _LONG_NAME
    return [
        *("airflow", "tasks", "run", name, name, name, "--local"),
        *("--subdir", f"DAGS_FOLDER/{name}.py", "--map-index", "1000"),
    ]


def _airflow_3_command() -> list[str]:
    """An ExecuteTask workload of Airflow 3.3 (airflow.executors.workloads), with a token of the usual 405 characters."""
    name = "n" * _LONG_NAME
    workload = {
        "token": "t" * 405,
        "dag_rel_path": f"{name}.py",
        "bundle_info": {"name": name, "version": "v" * 40},
        "log_path": f"dag_id={name}/run_id={name}/task_id={name}/map_index=1000/attempt=10.log",
        "ti": {
            "id": _ID,
            "task_id": name,
            "dag_id": name,
            "run_id": name,
            "try_number": 10,
            "dag_version_id": _ID,
            "map_index": 1000,
            "hostname": None,
            "context_carrier": {"traceparent": "0" * 55},
            "queue": "default",
            "pool_slots": 1,
            "priority_weight": 1000,
        },
        "sentry_integration": "",
        "type": "ExecuteTask",
    }
    text = json.dumps(workload, separators=(",", ":"))
    return ["python", "-m", "airflow.sdk.execution_time.execute_workload", "--json-string", text]


def _json(value: object) -> str:
    """As boto3 sends it: with a space behind each comma and colon."""
    return json.dumps(value)
