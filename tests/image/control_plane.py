"""What an Airflow installation is to a worker: a PostgreSQL with its database and, on Airflow 3, an API server."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image.engine import Engine, containers
from airflow_ecs_image.engine.container import Container
from bench.container_address import address_of
from bench.postgresql import DOCKERFILE
from tests.waiting import until

from .worker_images import WorkerImage, build_dockerfile

# Each queues the task of the DAG run and prints what the executor would send for it.
_PREPARE = {
    2: """
import json

from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session

with create_session() as session:
    run = session.query(DagRun).filter(DagRun.dag_id == "FARGATE-DAG").one()
    run.state = "running"
    task_instance = session.query(TaskInstance).filter(TaskInstance.dag_id == "FARGATE-DAG").one()
    task_instance.state = "queued"
    command = [
        *("airflow", "tasks", "run", "FARGATE-DAG", task_instance.task_id, run.run_id, "--local"),
        *("--subdir", "DAGS_FOLDER/fargate_dag.py"),
    ]
    print("WORKLOAD", json.dumps(command))
""",
    3: """
import datetime

from airflow.executors.base_executor import BaseExecutor
from airflow.executors.workloads import ExecuteTask
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session

with create_session() as session:
    task_instance = session.query(TaskInstance).filter(TaskInstance.dag_id == "FARGATE-DAG").one()
    task_instance.state = "queued"
    task_instance.queued_dttm = datetime.datetime.now(datetime.UTC)
    session.flush()
    workload = ExecuteTask.make(task_instance, generator=BaseExecutor().jwt_generator)
    print("WORKLOAD", workload.model_dump_json())
""",
}
_API_LISTENS = ": </dev/tcp/127.0.0.1/8080"
_STATE = """
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session
with create_session() as session:
    print("STATE", session.query(TaskInstance.state).filter(TaskInstance.dag_id == "FARGATE-DAG").scalar())
"""


@dataclass(frozen=True)
class ControlPlane:
    """A running one; `worker_environment` is what a worker of its Airflow needs and no more."""

    image: WorkerImage
    network: str
    container: Container
    worker_environment: dict[str, str]

    def worker_command(self) -> list[str]:
        """Queue the task of FARGATE-DAG and return the command that the executor would send for it."""
        workload = self._script(_PREPARE[self.image.major], "WORKLOAD")
        if self.image.major == 2:
            command: list[str] = json.loads(workload)
            return command
        return ["python", "-m", "airflow.sdk.execution_time.execute_workload", "--json-string", workload]

    def task_state(self) -> str:
        """The state of the task in the database: the worker's exit code says nothing about it."""
        return self._script(_STATE, "STATE")

    def _script(self, text: str, word: str) -> str:
        ended = self.container.exec(["python", "-c", text])
        lines = [line for line in ended.stdout.splitlines() if line.startswith(f"{word} ")]
        assert lines, ended.stderr
        return lines[0].removeprefix(f"{word} ")


@contextmanager
def control_plane(
    image: WorkerImage, root_filesystem: str, context: Path, more: Mapping[str, str] | None = None
) -> Iterator[ControlPlane]:
    """Start one from the image under test; its containers and its network are gone afterwards.

    It is configured by the image and by `more`, the variables that it needs besides.
    """
    name = f"airflow-ecs-image-test-{secrets.token_hex(4)}"
    postgresql = postgresql_image(root_filesystem, context)
    with ExitStack() as stack:
        Engine().docker("network", "create", name)
        stack.callback(lambda: Engine().docker("network", "rm", name))
        database = stack.enter_context(containers.start(postgresql, network=name))
        database_address = address_of(database, name)
        connection = f"postgresql+psycopg2://postgres@{database_address}/postgres"
        # On Airflow 3 no worker may need a database, so its image has no driver: the control plane keeps a file.
        environment = {
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "sqlite:////opt/airflow/airflow.db"
            if image.major > 2
            else connection,
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(64),
            **(more or {}),
        }
        commands = (
            f"until : 2>/dev/null </dev/tcp/{database_address}/5432; do sleep 0.1; done",
            "airflow db migrate && airflow dags reserialize && airflow dags trigger FARGATE-DAG && touch ~/ready",
            "exec airflow api-server" if image.major > 2 else "exec sleep infinity",
        )
        container = stack.enter_context(
            containers.start(
                image.tag, ["bash", "-c", "; ".join(commands)], network=name, environment=environment
            )
        )
        ready = ["bash", "-c", "test -f ~/ready"]
        until(lambda: container.exec(ready).exit_code == 0, "a DAG run", seconds=240)
        worker = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": connection}
        if image.major > 2:
            until(lambda: container.exec(["bash", "-c", _API_LISTENS]).exit_code == 0, "the API server")
            url = f"http://{address_of(container, name)}:8080/execution/"
            worker = {"AIRFLOW__CORE__EXECUTION_API_SERVER_URL": url}
        yield ControlPlane(image, name, container, {**worker, "AIRFLOW_IS_EXECUTOR_CONTAINER": "true"})


def postgresql_image(root_filesystem: str, context: Path) -> str:
    """The image of a PostgreSQL that lets everybody in."""
    return build_dockerfile(
        DOCKERFILE, context, "airflow-ecs-image-test-postgresql:latest", root_filesystem=root_filesystem
    )
