"""What a stack consists of now: its services and its tasks, also those that have ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_ecs_image.engine import Engine
from airflow_ecs_image.engine.labelled import LabelledContainer, labelled_containers
from airflow_ecs_image.errors import LocalNotRunning, LocalServiceFailed
from airflow_ecs_image.local.endpoint_admin import EndpointAdmin
from airflow_ecs_image.local.stack import names
from airflow_ecs_image.local.task_identity import TaskIdentity, identity_of_task
from airflow_ecs_image.local.task_outcome import exit_code_of, reason_of, task_id_of
from airflow_ecs_image.spec.label_names import LOCAL, LOCAL_SERVICE, LOCAL_TASK


@dataclass(frozen=True)
class ServiceState:
    """A service; `status` is Docker's word, `exit_code` that of one that has ended, `created` in epoch seconds.

    `address` is where it answers on this machine, None for one that only others of the stack reach.
    """

    name: str
    status: str
    exit_code: int | None
    created: float
    address: str | None
    container: str

    def as_json(self) -> dict[str, object]:
        """A document of JSON types."""
        return {
            "service": self.name,
            "status": self.status,
            "exit_code": self.exit_code,
            "created": self.created,
            "address": self.address,
            "container": self.container,
        }


@dataclass(frozen=True)
class TaskState:
    """An ECS task; `status` is ECS's word, `asked` when RunTask asked for it, in epoch seconds.

    `identity` is the task instance that it was started for, None where its command is none of Airflow's. `exit_code` is that
    of its container, `reason` why it was stopped.
    """

    id: str
    identity: TaskIdentity | None
    status: str
    exit_code: int | None
    asked: float
    reason: str

    def as_json(self) -> dict[str, object]:
        """A document of JSON types; nothing of the worker command is in it but what it names."""
        identity = self.identity
        return {
            "task": self.id,
            "dag_id": identity.dag_id if identity else None,
            "run_id": identity.run_id if identity else None,
            "task_id": identity.task_id if identity else None,
            "map_index": identity.map_index if identity else None,
            "try_number": identity.try_number if identity else None,
            "status": self.status,
            "exit_code": self.exit_code,
            "asked": self.asked,
            "reason": self.reason or None,
        }


@dataclass(frozen=True)
class StackState:
    """All of a stack; `tasks_known` is False where the endpoint does not answer, and tasks are those whose containers are left."""

    name: str
    services: tuple[ServiceState, ...]
    tasks: tuple[TaskState, ...]
    tasks_known: bool


def list_stack(name: str) -> StackState:
    """How a stack stands, whatever of it runs. LocalNotRunning when there is nothing of that name."""
    found = labelled_containers(LOCAL, names.checked(name), Engine())
    by_service = {each.labels[LOCAL_SERVICE]: each for each in found if LOCAL_SERVICE in each.labels}
    if not found:
        raise LocalNotRunning(f"{name}: there is no local stack of that name", mend=names.command("up", name))
    # The step that makes the schema is over once it has succeeded.
    shown = [each for service, each in by_service.items() if service != names.MIGRATE or not each.succeeded]
    services = tuple(sorted(map(_service, shown), key=lambda each: _order(each.name)))
    tasks = _tasks_of_endpoint(by_service.get(names.ECS))
    if tasks is None:
        containers = tuple(_task_of_container(each) for each in found if LOCAL_TASK in each.labels)
        return StackState(name, services, containers, tasks_known=False)
    return StackState(name, services, tasks, tasks_known=True)


def _order(service: str) -> int:
    known = (
        *(names.POSTGRESQL, names.S3, names.ECS, names.MIGRATE, names.API_SERVER, names.WEBSERVER),
        *(names.SCHEDULER, names.DAG_PROCESSOR, names.TRIGGERER),
    )
    return known.index(service) if service in known else len(known)


def _service(container: LabelledContainer) -> ServiceState:
    published = next(iter(container.ports), None)
    return ServiceState(
        name=container.labels[LOCAL_SERVICE],
        status=container.status,
        exit_code=None if container.running else container.exit_code,
        created=container.created,
        address=None if published is None else container.url(published),
        container=container.name,
    )


def _tasks_of_endpoint(container: LabelledContainer | None) -> tuple[TaskState, ...] | None:
    """What the endpoint knows; None where it does not answer."""
    url = container.url(names.ECS_PORT) if container is not None else None
    if url is None:
        return None
    try:
        return tuple(map(task_state, EndpointAdmin(url).tasks()))
    except LocalServiceFailed:
        return None


def task_state(task: Mapping[str, Any]) -> TaskState:
    """A task as GET /local/tasks tells it."""
    return TaskState(
        id=task_id_of(task),
        identity=identity_of_task(task),
        status=str(task["lastStatus"]),
        exit_code=exit_code_of(task),
        asked=float(task["events"].get("run_task") or task["createdAt"]),
        reason=reason_of(task),
    )


def _task_of_container(container: LabelledContainer) -> TaskState:
    return TaskState(
        id=container.labels[LOCAL_TASK],
        identity=None,
        status="RUNNING" if container.running else "STOPPED",
        exit_code=None if container.running else container.exit_code,
        asked=container.created,
        reason="",
    )
