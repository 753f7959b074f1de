"""Two executors in one DAG: short steps run beside the scheduler, the heavy one on ECS; XComs carry values.

The scheduler needs both, under these names: AIRFLOW__CORE__EXECUTOR is `LocalExecutor`, a comma, and the
value of ECS_EXECUTOR below.
"""

from __future__ import annotations

import pendulum

try:
    from airflow.sdk import DAG, task
except ImportError:  # Airflow 2
    from airflow import DAG
    from airflow.decorators import task

ECS_EXECUTOR = "airflow.providers.amazon.aws.executors.ecs.ecs_executor.AwsEcsExecutor"

with DAG(
    dag_id="HYBRID-DAG",
    tags=["FARGATE", "LOCAL"],
    start_date=pendulum.datetime(2025, 1, 1, tz="UTC"),
    schedule=None,
    catchup=False,
) as dag:

    @task(executor="LocalExecutor")
    def plan() -> list[int]:
        return [3, 5, 8, 13]

    @task(executor=ECS_EXECUTOR)
    def compute(numbers: list[int]) -> int:
        return sum(number**2 for number in numbers)

    @task(executor="LocalExecutor")
    def report(total: int) -> None:
        print(f"The sum of squares is {total}")

    report(compute(plan()))
