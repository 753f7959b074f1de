"""DAG files: text, because what they import is in the image alone."""

from __future__ import annotations

_HEAD = """
import datetime

import pendulum

try:
    from airflow.providers.standard.sensors.date_time import DateTimeSensorAsync
    from airflow.sdk import DAG, get_current_context, task
except ImportError:  # Airflow 2
    from airflow import DAG
    from airflow.decorators import task
    from airflow.operators.python import get_current_context
    from airflow.sensors.date_time import DateTimeSensorAsync

START = pendulum.datetime(2025, 1, 1, tz="UTC")
ECS_EXECUTOR = "airflow.providers.amazon.aws.executors.ecs.ecs_executor.AwsEcsExecutor"
"""

FAILING = (
    _HEAD
    + """
with DAG(dag_id="FAILING", start_date=START, schedule=None):

    @task(executor=ECS_EXECUTOR)
    def breaks():
        print("about to fail:", get_current_context()["dag_run"].conf["reason"], flush=True)
        raise ValueError("this is <wrong>")

    @task(executor="LocalExecutor")
    def below(_):
        print("never printed")

    below(breaks())
"""
)
"""A task that fails on ECS once its code has begun, and one below it that never runs."""

SHAPES = (
    _HEAD
    + """
with DAG(dag_id="SHAPES", start_date=START, schedule=None):

    @task
    def square(number):
        print(f"{number} squared")
        return number**2

    @task(retries=1, retry_delay=datetime.timedelta(seconds=1))
    def flaky():
        number = get_current_context()["ti"].try_number
        print(f"this is try {number}")
        if number < 2:
            raise RuntimeError("not yet")

    square.expand(number=[2, 3])
    flaky()
    DateTimeSensorAsync(
        task_id="wait", target_time="{{ macros.datetime.utcnow() + macros.timedelta(seconds=2) }}"
    )
"""
)
"""All that a task can go through beside the scheduler: mapped, tried again, deferred."""


def local_dag(dag_id: str, task: str, code: str = "pass") -> str:
    """A DAG with one task beside the scheduler."""
    return f"""{_HEAD}
with DAG(dag_id="{dag_id}", start_date=START, schedule=None):

    @task(executor="LocalExecutor")
    def {task}():
        {code}

    {task}()
"""
