"""One line of Airflow on a local stack, in the words of the scenarios: runs are started together and judged one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_ecs_image.engine import Engine
from airflow_ecs_image.local.stack.names import LOG_BUCKET
from airflow_ecs_image.local.task_identity import TaskIdentity, identity_of_task
from airflow_ecs_image.spec.label_names import LOCAL_TASK
from tests.waiting import until

from .airflow_words import AirflowWords, Run
from .stack_services import StackServices

ATTEMPTS = 2
"""How often the executor of these stacks starts a task."""

STOP_REASON = "a scenario of the tests"
_SECONDS = 240


def EXIT_CODE(task: Mapping[str, Any]) -> int | None:  # noqa: N802
    """The exit code of the worker's container, None without one."""
    code: int | None = task["containers"][0].get("exitCode")
    return code


@dataclass(frozen=True)
class Started:
    """One ECS task, the task instance that it was started for, and what its container printed."""

    identity: TaskIdentity
    document: dict[str, Any]
    output: list[str]


@dataclass(frozen=True)
class Waiting:
    """DAG runs whose tasks run until they are released."""

    runs: tuple[Run, ...]


@dataclass
class Line(StackServices):
    """A stack that runs, and what was started on it. Everything that waits, waits for a state."""

    airflow: AirflowWords
    s3: Any
    runs: dict[str, Run] = field(default_factory=dict)
    limits: dict[Run, dict[str, float]] = field(default_factory=dict)
    stopped: tuple[Run, Run] | None = None

    # -- runs

    def begin(self, dag_ids: Iterable[str]) -> None:
        """Start one run of each DAG."""
        for dag_id in dag_ids:
            self.runs[dag_id] = self.airflow.trigger(dag_id)

    def ended(self, dag_id: str) -> Run:
        """The run of a DAG that was begun, once it has ended."""
        self.wait_for_end(self.runs[dag_id])
        return self.runs[dag_id]

    def wait_for_end(self, run: Run) -> None:
        """Wait until a DAG run is over."""
        until(
            lambda: self.run_state(run) in {"success", "failed"}, f"the end of {run.dag_id}", seconds=_SECONDS
        )

    def wait_for_all(self) -> None:
        """Wait until all that was begun is over: what comes then has the slots for itself."""
        for run in self.runs.values():
            self.wait_for_end(run)

    def run_state(self, run: Run) -> str:
        """Airflow's state of a DAG run."""
        return self.airflow.run_state(run)

    def states(self, run: Run) -> dict[str, str]:
        """Airflow's states of its task instances by name; a mapped one is `task[0]`."""
        return self.airflow.states(run)

    def log(self, run: Run, task_id: str) -> str:
        """A task's log as Airflow's API reads it from remote storage, where it is soon after the end of the task."""
        self.log_in_s3(run, task_id)
        return self.airflow.log(run, task_id)

    # -- ECS

    def started(self, run: Run) -> list[Started]:
        """The ECS tasks of a DAG run, oldest first, by the endpoint's own record."""
        admin = self.endpoint()
        found = []
        for task in admin.tasks():
            identity = identity_of_task(task)
            if identity is not None and (identity.dag_id, identity.run_id) == (run.dag_id, run.run_id):
                found.append(Started(identity, task, admin.log(task_id(task)).splitlines()))
        return found

    def ecs_tasks(self, run: Run) -> list[dict[str, Any]]:
        """The same as DescribeTasks says it, asked by boto3; each must have ended."""
        arns = [task.document["taskArn"] for task in self.started(run)]

        def describe() -> list[dict[str, Any]]:
            if not arns:
                return []
            answer = self.ecs().describe_tasks(cluster=self.stack.cluster, tasks=arns)
            assert not answer["failures"], "a task that was run is not known any more"
            tasks: list[dict[str, Any]] = answer["tasks"]
            return sorted(tasks, key=lambda task: arns.index(task["taskArn"]))

        until(lambda: all(task["lastStatus"] == "STOPPED" for task in describe()), "STOPPED", seconds=60)
        return describe()

    def output(self, run: Run) -> str:
        """What all containers of a DAG run printed."""
        return "\n".join(line for task in self.started(run) for line in task.output)

    def containers_of(self, run: Run, *, running: bool = False) -> list[str]:
        """The engine's ids of the containers of a DAG run that are still there, or that still run."""
        filters = ["--filter", "status=running"] if running else []
        return [
            identifier
            for task in self.started(run)
            for identifier in Engine()
            .docker(
                *("container", "ls", "--all", "--quiet", "--no-trunc"),
                *("--filter", f"label={LOCAL_TASK}={task_id(task.document)}", *filters),
            )
            .split()
        ]

    def limits_seen(self, run: Run) -> dict[str, float]:
        """The engine's limits of the container of a DAG run, as they were when it was there."""
        return self.limits[run]

    def look_at_limits(self, run: Run) -> None:
        """Wait for its first container and read its limits."""
        until(lambda: bool(self.containers_of(run)), f"a container of {run.dag_id}", seconds=_SECONDS)
        content = json.loads(Engine().docker("container", "inspect", self.containers_of(run)[0]))[0][
            "HostConfig"
        ]
        quota = content["NanoCpus"] / 1e9 or content["CpuQuota"] / (content["CpuPeriod"] or 100_000)
        self.limits[run] = {"cpus": quota, "memory": content["Memory"]}

    # -- ends

    def stopped_tasks(self) -> tuple[Run, Run]:
        """A run whose running container was killed, and one whose ECS task was stopped; both at once, and only once."""
        if self.stopped is None:
            self.wait_for_all()
            killed, stopped = (
                self.airflow.trigger("SCENARIO-WAITING"),
                self.airflow.trigger("SCENARIO-CLEANUP"),
            )
            self.wait_for_output(killed, "waiting in")
            self.wait_for_output(stopped, "at work")
            Engine().docker("container", "kill", self.containers_of(killed, running=True)[0])
            task = self.started(stopped)[0].document["taskArn"]
            self.ecs().stop_task(cluster=self.stack.cluster, task=task, reason=STOP_REASON)
            self.stopped = killed, stopped
        return self.stopped

    def wait_for_output(self, run: Run, text: str) -> None:
        """Wait until one of its containers has printed it."""
        until(lambda: text in self.output(run), f"{text!r} of {run.dag_id}", seconds=_SECONDS)

    # -- waiting tasks

    def two_waiting_tasks(self) -> Waiting:
        """Two runs whose tasks wait in their containers."""
        self.wait_for_all()
        runs = tuple(self.airflow.trigger("SCENARIO-WAITING") for _ in range(2))
        for run in runs:
            self.wait_for_output(run, "waiting in")
        return Waiting(runs)

    def running(self, waiting: Waiting) -> set[tuple[str, str, str]]:
        """ARN, status and container of each of their ECS tasks."""
        return {
            (task.document["taskArn"], task.document["lastStatus"], *self.containers_of(run, running=True))
            for run in waiting.runs
            for task in self.started(run)
        }

    def wait_until_running_as(self, waiting: Waiting, before: set[tuple[str, str, str]]) -> None:
        """Wait until an endpoint that has just started knows them as they were: RUNNING, and in the same containers."""
        assert {status for _, status, _ in before} == {"RUNNING"}
        until(lambda: self.running(waiting) == before, "the same running tasks", seconds=30)

    def in_state(self, waiting: Waiting, state: str) -> bool:
        """Whether all their task instances are in the state."""
        return all(set(self.states(run).values()) == {state} for run in waiting.runs)

    def release(self, waiting: Waiting) -> None:
        """Let them end."""
        for run in waiting.runs:
            self.s3.put_object(Bucket=LOG_BUCKET, Key=f"released/{run.run_id}", Body=b"")

    def wait_for_adoption(self, tasks: int) -> None:
        """Wait until the scheduler says that it has adopted so many tasks, all at once or one after the other."""

        def adopted() -> int:
            return sum(map(int, re.findall(r"Adopted the following (\d+) tasks", self.scheduler_log())))

        until(lambda: adopted() >= tasks, f"{tasks} adopted tasks", seconds=120)

    # -- S3

    def log_in_s3(self, run: Run, task_id: str) -> str:
        """The objects of a task's log, once there are any: a worker uploads it after it has told Airflow the state."""

        def keys() -> list[str]:
            answer = self.s3.list_objects_v2(Bucket=LOG_BUCKET, Prefix="tasks/")
            names = [str(item["Key"]) for item in answer.get("Contents", ())]
            return [key for key in names if run.run_id in key and f"task_id={task_id}/" in key]

        until(lambda: bool(keys()), f"the log of {task_id} in S3", seconds=60)
        contents: list[bytes] = [
            self.s3.get_object(Bucket=LOG_BUCKET, Key=key)["Body"].read() for key in keys()
        ]
        return b"".join(contents).decode(errors="replace")


def task_id(task: Mapping[str, Any]) -> str:
    """The last part of the ARN of a task."""
    return str(task["taskArn"]).rpartition("/")[2]
