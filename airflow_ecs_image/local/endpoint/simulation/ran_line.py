"""The line by which a task of a load says that it ran, whether its worker is real or simulated."""

from __future__ import annotations

from .workload import Workload

RAN = "airflow-ecs-image load: ran"
"""Followed by DAG, run, task, index and try, in words."""


def ran_line(workload: Workload, try_number: int) -> str:
    """The line of a simulated worker."""
    return f"{RAN} {workload.dag_id} {workload.run_id} {workload.task_id} {workload.map_index} {try_number}"
