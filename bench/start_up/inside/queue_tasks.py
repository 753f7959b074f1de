"""queue_tasks.py DAG_ID DAG_FILE NUMBER: starts DAG runs, queues their task and prints what the executor would send for each.

Runs in the control plane, on Airflow 2 or 3. Each line is `WORKLOAD [run id, command]`.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys

from airflow.models.dagrun import DagRun  # type: ignore[import-not-found]
from airflow.models.taskinstance import TaskInstance  # type: ignore[import-not-found]
from airflow.utils.session import create_session  # type: ignore[import-not-found]

WORKER = ("python", "-m", "airflow.sdk.execution_time.execute_workload", "--json-string")


def main() -> None:
    dag_id, dag_file, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    of_airflow_3 = not os.environ["AIRFLOW_VERSION"].startswith("2.")
    prefix = f"bench-{dt.datetime.now(dt.UTC):%H%M%S}"
    run_ids = [f"{prefix}-{position:03}" for position in range(number)]
    for run_id in run_ids:
        if of_airflow_3:
            trigger_3(dag_id, run_id)
        else:
            trigger_2(dag_id, run_id)
    with create_session() as session:
        session.query(DagRun).filter(DagRun.run_id.in_(run_ids)).update({"state": "running"})
        found = session.query(TaskInstance).filter(TaskInstance.run_id.in_(run_ids)).all()
        for task_instance in sorted(found, key=lambda each: str(each.run_id)):
            task_instance.state = "queued"
            task_instance.queued_dttm = dt.datetime.now(dt.UTC)
            session.flush()
            command = command_3(task_instance) if of_airflow_3 else command_2(task_instance, dag_file)
            print("WORKLOAD", json.dumps([task_instance.run_id, command]))


def trigger_3(dag_id: str, run_id: str) -> None:
    from airflow.api.common.trigger_dag import trigger_dag  # type: ignore[import-not-found]
    from airflow.utils.types import DagRunTriggeredByType  # type: ignore[import-not-found]

    trigger_dag(dag_id, triggered_by=DagRunTriggeredByType.CLI, run_id=run_id)


def trigger_2(dag_id: str, run_id: str) -> None:
    from airflow.api.common.trigger_dag import trigger_dag

    # Two runs of one DAG may not have the same logical date.
    moment = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    trigger_dag(dag_id, run_id=run_id, execution_date=moment, replace_microseconds=False)


def command_3(task_instance: TaskInstance) -> list[str]:
    from airflow.executors.base_executor import BaseExecutor  # type: ignore[import-not-found]
    from airflow.executors.workloads import ExecuteTask  # type: ignore[import-not-found]

    workload = ExecuteTask.make(task_instance, generator=BaseExecutor().jwt_generator)
    return [*WORKER, workload.model_dump_json()]


def command_2(task_instance: TaskInstance, dag_file: str) -> list[str]:
    return [
        *("airflow", "tasks", "run", task_instance.dag_id, task_instance.task_id, task_instance.run_id),
        *("--local", "--subdir", f"DAGS_FOLDER/{dag_file}"),
    ]


main()
