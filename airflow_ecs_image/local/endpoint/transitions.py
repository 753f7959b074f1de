"""The state machine of a task: each function applies one event and says whether it changed anything.

Events that come twice, late or in another order change nothing (ECS developer guide, "Amazon ECS task lifecycle").
"""

from __future__ import annotations

from collections.abc import Mapping

from .task import (
    DEPROVISIONING,
    ESSENTIAL_EXITED,
    FAILED_TO_START,
    PENDING,
    PROVISIONING,
    RUNNING,
    STOPPED,
    STOPPING,
    USER_INITIATED,
    Task,
)

ESSENTIAL_EXITED_REASON = "Essential container in task exited"
STOPPED_BY_USER = "Task stopped by user"


def _changed(task: Task) -> bool:
    task.version += 1
    return True


def pending(task: Task, at: float) -> bool:
    """It has a place; its images are being pulled."""
    if task.status != PROVISIONING:
        return False
    task.status = PENDING
    task.connected_at = at
    task.pull_started_at = at
    return _changed(task)


def pulled(task: Task, at: float) -> bool:
    """Its images are there."""
    if task.status != PENDING or task.pull_stopped_at is not None:
        return False
    task.pull_stopped_at = at
    return _changed(task)


def running(task: Task, at: float, address: str, runtime_ids: Mapping[str, str]) -> bool:
    """All its containers have started.

    A task that is to be stopped meanwhile has started all the same: without startedAt it would look as if it had not.
    """
    if task.status not in {PROVISIONING, PENDING, STOPPING} or task.started_at is not None:
        return False
    if task.status != STOPPING:
        task.status = RUNNING
    task.started_at = at
    task.address = address or task.address
    for container in task.containers:
        container.runtime_id = runtime_ids.get(container.name, container.runtime_id)
        if container.exit_code is None:
            container.status = RUNNING
    return _changed(task)


def stop_asked(task: Task, reason: str, at: float) -> bool:
    """StopTask was called."""
    if task.desired_status == STOPPED:
        return False
    task.desired_status = STOPPED
    task.stop_code = USER_INITIATED
    task.stopped_reason = reason or STOPPED_BY_USER
    task.stopping_at = at
    return _changed(task)


def stopping(task: Task) -> bool:
    """Its containers have been told to end."""
    if task.status not in {PENDING, RUNNING}:
        return False
    task.status = STOPPING
    return _changed(task)


def exited(task: Task, name: str, at: float, exit_code: int, reason: str) -> bool:
    """One container ended; an essential one ends the task."""
    container = task.container(name)
    if task.status == STOPPED or container.exit_code is not None:
        return False
    # The engine notes a start only after the process has begun: a short one ends before.
    at = max(at, task.started_at or at)
    container.exit_code = exit_code
    container.reason = reason or None
    container.status = STOPPED
    container.exited_at = at
    all_ended = all(other.exit_code is not None for other in task.containers)
    if (container.essential or all_ended) and task.desired_status != STOPPED:
        task.desired_status = STOPPED
        task.stop_code = ESSENTIAL_EXITED
        task.stopped_reason = ESSENTIAL_EXITED_REASON
        task.stopping_at = at
    if all_ended:
        task.status = DEPROVISIONING
        task.execution_stopped_at = at
    return _changed(task)


def health(task: Task, name: str, status: str) -> bool:
    """A health check has a new result."""
    container = task.container(name)
    if container.health == status:
        return False
    container.health = status
    return _changed(task)


def stopped(task: Task, at: float) -> bool:
    """Nothing of it is left."""
    if task.status == STOPPED:
        return False
    task.status = STOPPED
    task.desired_status = STOPPED
    task.stopping_at = task.stopping_at or at
    task.stopped_at = at
    for container in task.containers:
        container.status = STOPPED
    return _changed(task)


def failed(task: Task, at: float, reason: str, name: str) -> bool:
    """It could not be started."""
    if task.status == STOPPED or task.started_at is not None:
        return False
    if task.desired_status != STOPPED:
        task.stop_code = FAILED_TO_START
        task.stopped_reason = reason
        task.stopping_at = at
    for container in task.containers:
        if container.name == name:
            container.reason = reason or None
    task.execution_stopped_at = at
    return stopped(task, at)
