"""The record of one task: all that the endpoint knows about it, in and out of JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .sizes import cpu_units, memory_mib

PROVISIONING, PENDING, RUNNING = "PROVISIONING", "PENDING", "RUNNING"
STOPPING, DEPROVISIONING, STOPPED = "STOPPING", "DEPROVISIONING", "STOPPED"
"""Of ECS's task lifecycle (developer guide, "Amazon ECS task lifecycle")."""

FAILED_TO_START, ESSENTIAL_EXITED, USER_INITIATED = (
    "TaskFailedToStart",
    "EssentialContainerExited",
    "UserInitiated",
)
"""Stop codes (API reference, Task)."""


@dataclass
class TaskContainer:
    """One container of a task. `id` is the last part of its ARN, `runtime_id` the engine's name of it."""

    name: str
    image: str
    id: str
    essential: bool = True
    status: str = PENDING
    health: str = "UNKNOWN"
    exit_code: int | None = None
    reason: str | None = None
    runtime_id: str | None = None
    exited_at: float | None = None


@dataclass
class Task:
    """One task. `id` are 32 hex digits; times are seconds since the epoch.

    `definition` is the task definition in ECS's shape, as it was when the task was run; `request` the RunTask's
    input. `credentials_id` names its credentials at the credentials endpoint, `link_local` its address there.
    """

    id: str
    cluster: str
    definition: dict[str, Any]
    request: dict[str, Any]
    containers: list[TaskContainer]
    credentials_id: str
    created_at: float
    attachment_id: str
    link_local: str = ""
    status: str = PROVISIONING
    desired_status: str = RUNNING
    version: int = 1
    launched: bool = False
    address: str = ""
    connected_at: float | None = None
    pull_started_at: float | None = None
    pull_stopped_at: float | None = None
    started_at: float | None = None
    stopping_at: float | None = None
    execution_stopped_at: float | None = None
    stopped_at: float | None = None
    stop_code: str | None = None
    stopped_reason: str | None = None
    asked_at: float = field(default=0.0)
    """When RunTask arrived."""

    def to_record(self) -> dict[str, Any]:
        """The task as a JSON object."""
        return dataclasses.asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Task:
        """The task of such an object. Raises TypeError or KeyError when it is none."""
        containers = [TaskContainer(**container) for container in record["containers"]]
        return cls(**{**record, "containers": containers})

    @property
    def health(self) -> str:
        """As its essential containers are together (API reference, Task: healthStatus)."""
        states = {container.health for container in self.containers if container.essential}
        for status in ("UNHEALTHY", "UNKNOWN"):
            if status in states:
                return status
        return "HEALTHY"

    @property
    def task_role(self) -> str:
        """The ARN of its role, overridden or defined; empty when neither."""
        return str(self.overrides.get("taskRoleArn") or self.definition.get("taskRoleArn") or "")

    def fargate_id(self, container: TaskContainer) -> str:
        """What Fargate calls the runtime id of a container: the task's id and ten digits."""
        return f"{self.id}-{int(container.id.replace('-', ''), 16) % 10**10:010d}"

    @property
    def overrides(self) -> dict[str, Any]:
        """The overrides of its RunTask, as they came."""
        overrides: dict[str, Any] = self.request.get("overrides") or {}
        return overrides

    def container_override(self, name: str) -> dict[str, Any]:
        """The override of a container; empty when there is none."""
        for override in self.overrides.get("containerOverrides") or ():
            if override.get("name") == name:
                found: dict[str, Any] = override
                return found
        return {}

    def container_definition(self, name: str) -> dict[str, Any]:
        """The definition of a container. Raises KeyError."""
        for definition in self.definition["containerDefinitions"]:
            if definition["name"] == name:
                found: dict[str, Any] = definition
                return found
        raise KeyError(name)

    def container(self, name: str) -> TaskContainer:
        """One of its containers. Raises KeyError."""
        for container in self.containers:
            if container.name == name:
                return container
        raise KeyError(name)

    @property
    def cpu(self) -> str:
        """Its CPU units, overridden or defined; empty when neither."""
        return str(cpu_units(str(self.overrides.get("cpu") or self.definition.get("cpu") or "")) or "")

    @property
    def memory(self) -> str:
        """Its MiB of memory, in the same way."""
        return str(memory_mib(str(self.overrides.get("memory") or self.definition.get("memory") or "")) or "")
