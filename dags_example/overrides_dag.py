"""`executor_config`: one task gets a larger container and a variable of its own, the other does not.

The ECS executor merges the value into its RunTask request. A list in it replaces the request's own list, so
`containerOverrides` names the container again; `environment` is a list of names and values, as in boto3.
"""

from __future__ import annotations

import os

import pendulum
from airflow.configuration import conf

try:
    from airflow.sdk import DAG, task
except ImportError:  # Airflow 2
    from airflow import DAG
    from airflow.decorators import task

ECS_EXECUTOR = "airflow.providers.amazon.aws.executors.ecs.ecs_executor.AwsEcsExecutor"

# The container's name in the task definition, as the scheduler is configured. A worker may not know the name
# and reads no executor_config: there the fallback does no harm.
CONTAINER_NAME = conf.get("aws_ecs_executor", "container_name", fallback="airflow")

LARGE = {
    "overrides": {
        # Of the whole ECS task: CPU units (1024 are one vCPU) and MiB, a pair that Fargate offers.
        "cpu": "2048",
        "memory": "8192",
        "containerOverrides": [
            {
                "name": CONTAINER_NAME,
                "environment": [{"name": "BATCH_SIZE", "value": "50000"}],
            }
        ],
    }
}

with DAG(
    dag_id="FARGATE-OVERRIDES-DAG",
    tags=["FARGATE"],
    start_date=pendulum.datetime(2025, 1, 1, tz="UTC"),
    schedule=None,
    catchup=False,
) as dag:

    @task(executor=ECS_EXECUTOR)
    def small() -> None:
        print(f"BATCH_SIZE is {os.environ.get('BATCH_SIZE', 'not set')}")

    @task(executor=ECS_EXECUTOR, executor_config=LARGE)
    def large() -> None:
        print(f"BATCH_SIZE is {os.environ['BATCH_SIZE']}")

    small() >> large()
