"""The DAG of a load, as text: it imports on Airflow 2 and 3, and each of its tasks says that it ran."""

from __future__ import annotations

from airflow_ecs_image.local.endpoint.simulation.ran_line import RAN
from airflow_ecs_image.local.load.evidence import DONE
from airflow_ecs_image.local.load.plan import DAG_ID, POOL, LoadPlan
from airflow_ecs_image.spec.ecs_model import EXECUTOR

FILE_NAME = "airflow_ecs_image_load.py"
TASK_ID = "work"

_TEMPLATE = '''"""{tasks} tasks at once on the ECS executor of Airflow."""

from __future__ import annotations

import time
from pathlib import Path

import pendulum

try:
    from airflow.sdk import DAG, task
except ImportError:  # Airflow 2
    from airflow import DAG
    from airflow.decorators import task

CPU = {{Path("/sys/fs/cgroup/cpu.stat"): 1e6, Path("/sys/fs/cgroup/cpuacct/cpuacct.usage"): 1e9}}


def cpu_seconds() -> float:
    """Of the whole container: cgroup v2 says microseconds, v1 nanoseconds."""
    for path, a_second in CPU.items():
        if path.exists():
            return float(path.read_text().replace("usage_usec", "").split()[0]) / a_second
    return 0.0


with DAG(
    dag_id="{dag_id}",
    start_date=pendulum.datetime(2025, 1, 1, tz="UTC"),
    schedule=None,
    catchup=False,
    max_active_tasks={tasks},
    max_active_runs=1,
    default_args={{"retries": 0, "executor": "{executor}", "pool": "{pool}"}},
) as dag:

    @task(task_id="{task_id}")
    def work(number: int, ti=None) -> None:
        words = (ti.dag_id, ti.run_id, ti.task_id, ti.map_index, ti.try_number)
        print("{ran}", *words, flush=True)
        time.sleep({seconds!r})
        print("{done}", *words, f"{{cpu_seconds():.3f}}", flush=True)

    work.expand(number=list(range({tasks})))
'''


def dag_text(plan: LoadPlan) -> str:
    """The file of the DAG."""
    return _TEMPLATE.format(
        tasks=plan.tasks,
        seconds=float(plan.seconds),
        dag_id=DAG_ID,
        executor=EXECUTOR,
        pool=POOL,
        task_id=TASK_ID,
        ran=RAN,
        done=DONE,
    )
