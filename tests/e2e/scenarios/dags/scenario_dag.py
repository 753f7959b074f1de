"""What the DAGs of the scenarios share: the line of Airflow's words, and a DAG that only a trigger starts."""

# mypy: ignore-errors
from __future__ import annotations

from typing import Any

import pendulum

try:
    from airflow.sdk import DAG, task
except ImportError:  # Airflow 2
    from airflow import DAG
    from airflow.decorators import task

__all__ = ["DAG", "ECS_EXECUTOR", "scenario", "task"]

ECS_EXECUTOR = "airflow.providers.amazon.aws.executors.ecs.ecs_executor.AwsEcsExecutor"


def scenario(name: str, **settings: Any) -> DAG:
    """A DAG whose tasks run on ECS, each tried once."""
    return DAG(
        dag_id=f"SCENARIO-{name}",
        tags=["SCENARIO"],
        start_date=pendulum.datetime(2025, 1, 1, tz="UTC"),
        schedule=None,
        catchup=False,
        default_args={"retries": 0, "executor": ECS_EXECUTOR},
        **settings,
    )
