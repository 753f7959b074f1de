"""The smallest DAG for the ECS executor: one task, named explicitly onto ECS."""

from __future__ import annotations

import pendulum

try:
    from airflow.sdk import DAG, task
except ImportError:  # Airflow 2
    from airflow import DAG
    from airflow.decorators import task

with DAG(
    dag_id="FARGATE-DAG",
    tags=["FARGATE"],
    start_date=pendulum.datetime(2025, 1, 1, tz="Asia/Seoul"),
    schedule=None,
    catchup=False,
    default_args={"owner": "user", "depends_on_past": False, "retries": 0},
) as dag:

    @task(executor="airflow.providers.amazon.aws.executors.ecs.ecs_executor.AwsEcsExecutor")
    def exec_task() -> None:
        print("Task execution")

    exec_task()
