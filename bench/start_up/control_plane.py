"""What the workers talk to: an API server of Airflow 3, or the PostgreSQL of Airflow 2, with queued task instances."""

from __future__ import annotations

import json
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image.engine import containers
from airflow_ecs_image.engine.container import Container
from airflow_ecs_image.errors import ToolkitError
from bench.container_address import address_of
from bench.contenders.dockerfile import build_dockerfile
from bench.contenders.model import REPOSITORY
from bench.contenders.official_like import debian_of
from bench.postgresql import DOCKERFILE
from bench.start_up.dag_folder import DAG_FILE, DAG_ID, TASK_ID, archive_of_the_dag

_INSIDE = Path(__file__).parent / "inside"
_DAGS = "/opt/airflow/dags"
_READY_SECONDS = 240
_DAY = "86400"
_MOST_QUEUED = "100000"
_REQUEST = re.compile(r"duration_us=(\d+) .*path=/execution/task-instances/[^/ ]+/(\w+)")


@dataclass(frozen=True)
class Workload:
    """One queued task instance and the command that the executor would send for it. The command may hold a token."""

    run_id: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class ControlPlane:
    """A running one; `environment` is what a worker of its Airflow needs and no more."""

    container: Container
    environment: dict[str, str]

    def queue(self, number: int) -> list[Workload]:
        """Start that many DAG runs, each with its one task queued for a worker."""
        script = (_INSIDE / "queue_tasks.py").read_text(encoding="utf-8")
        lines = self._script(script, DAG_ID, DAG_FILE, str(number), timeout=60 + 2 * number)
        return [
            Workload(run_id, tuple(command))
            for run_id, command in (json.loads(line.removeprefix("WORKLOAD ")) for line in lines)
        ]

    def state(self, workload: Workload) -> str:
        """The state of its task instance in the database: an exit code of 0 says nothing about the task."""
        script = (_INSIDE / "task_state.py").read_text(encoding="utf-8")
        return self._script(script, DAG_ID, TASK_ID, workload.run_id)[0].removeprefix("STATE ")

    def requests(self) -> list[tuple[str, float]]:
        """The requests of workers that the API server has answered so far: what each was for, and its own milliseconds.

        None where there is no API server. The line is that of Airflow's http_access_log.py.
        """
        logs = self.container.logs()
        return [
            (word, int(microseconds) / 1000)
            for microseconds, word in _REQUEST.findall(logs.stdout + logs.stderr)
        ]

    def _script(self, text: str, *args: str, timeout: float = 120) -> list[str]:
        ended = self.container.exec(["python", "-c", text, *args], timeout=timeout)
        lines = [line for line in ended.stdout.splitlines() if line.startswith(("WORKLOAD ", "STATE "))]
        if not lines:
            raise ToolkitError(
                "the control plane of the bench does not answer",
                details=tuple(ended.stderr.splitlines()[-5:]),
            )
        return lines


@contextmanager
def control_plane(image: str, airflow: str) -> Iterator[ControlPlane]:
    """Start one from a worker image of that Airflow; its containers are gone afterwards."""
    with ExitStack() as stack:
        environment = {
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(64),
            # A token of a queued task lives as long as the task may stay queued: all are queued before the first runs.
            "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": _DAY,
            "AIRFLOW__EXECUTION_API__JWT_EXPIRATION_TIME": _DAY,
            # A queued task holds a slot of its pool, and Airflow 2's worker runs none where more are queued than it has.
            "AIRFLOW__CORE__DEFAULT_POOL_TASK_SLOT_COUNT": _MOST_QUEUED,
        }
        if airflow.startswith("2."):
            database = stack.enter_context(containers.start(_postgresql_image(airflow)))
            address = address_of(database)
            connection = f"postgresql+psycopg2://postgres@{address}/postgres"
            _until(lambda: database.exec(["psql", "-c", "SELECT 1"]).exit_code == 0, "PostgreSQL")
            serve, worker = "exec sleep infinity", {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": connection}
        else:
            # No worker of Airflow 3 needs a database, so its image has no driver: the control plane keeps a file.
            connection, worker = "sqlite:////opt/airflow/airflow.db", {}
            serve = "exec airflow api-server"
        environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = connection
        commands = ("airflow db migrate", "airflow dags reserialize", "touch /tmp/ready", serve)
        container = stack.enter_context(
            containers.start(
                image,
                ["--", "/entrypoint", "bash", "-c", " && ".join(commands)],
                # The DAG file is there already: nothing is fetched.
                entrypoint="/usr/bin/dumb-init",
                environment=environment,
                contents={_DAGS: archive_of_the_dag()},
            )
        )
        _until(lambda: container.exec(["test", "-f", "/tmp/ready"]).exit_code == 0, "Airflow's database")
        if not worker:
            listens = ["bash", "-c", ": </dev/tcp/127.0.0.1/8080"]
            _until(lambda: container.exec(listens).exit_code == 0, "the API server")
            url = f"http://{address_of(container)}:8080/execution/"
            worker = {"AIRFLOW__CORE__EXECUTION_API_SERVER_URL": url}
        yield ControlPlane(container, {**worker, "AIRFLOW_IS_EXECUTOR_CONTAINER": "true"})


def _postgresql_image(airflow: str) -> str:
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-bench-") as folder:
        debian = debian_of(airflow, Path(folder))
        return build_dockerfile(DOCKERFILE, Path(folder), f"{REPOSITORY}:postgresql", root_filesystem=debian)


def _until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not true():
        if time.monotonic() > deadline:
            raise ToolkitError(f"{what} was not there after {_READY_SECONDS} s")
        time.sleep(0.3)
