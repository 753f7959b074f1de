"""Making the containers of a task, and what hinders it."""

from __future__ import annotations

import http

from airflow_ecs_image.local.endpoint.refusals import client_error
from airflow_ecs_image.local.endpoint.task import Task, TaskContainer

from .create import PAUSE, Room, container_body, container_name, pause_body, shared_volumes, volume_name
from .engine import EngineApi, EngineError
from .labels import STACK, TASK
from .secret_values import SecretMissing

ARCHITECTURES = {"X86_64": "amd64", "ARM64": "arm64"}
"""Docker's names of processors by those of ECS (API reference, RuntimePlatform)."""


class NotStarted(Exception):
    """The task cannot start: `reason` is ECS's stoppedReason, `container` the one it is about."""

    def __init__(self, reason: str, container: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.container = container


def check_image(task: Task, container: TaskContainer, engine: EngineApi) -> None:
    """Nothing is ever pulled: the image must be there, and for the task's processor. Raises NotStarted."""
    try:
        image = engine.image(container.image)
    except EngineError as error:
        if error.status not in {http.HTTPStatus.NOT_FOUND, http.HTTPStatus.BAD_REQUEST}:
            raise
        raise NotStarted(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): "
            f"failed to resolve ref {container.image}: {container.image}: not found",
            container.name,
        ) from None
    platform = task.definition.get("runtimePlatform") or {}
    wanted = ARCHITECTURES[platform.get("cpuArchitecture") or "X86_64"]
    if image["Architecture"] != wanted:
        raise NotStarted(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): "
            f"image Manifest does not contain descriptor matching platform 'linux/{wanted}'",
            container.name,
        )


def make_containers(task: Task, engine: EngineApi, room: Room) -> None:
    """Make what is not there yet; nothing starts. Raises NotStarted."""
    stack = room.configuration.stack
    if len(task.containers) > 1:
        engine.create(container_name(task, stack, PAUSE), pause_body(task, room))
    for volume in shared_volumes(task):
        engine.create_volume(volume_name(task, stack, volume), {STACK: stack, TASK: task.id})
    for container in task.containers:
        try:
            body = container_body(task, container, room)
        except SecretMissing as missing:
            raise NotStarted(str(missing), "") from None
        engine.create(container_name(task, stack, container.name), body)


def start_order(task: Task) -> list[str]:
    """The names in the order that they start in: the network first, then what others depend on. Raises EcsRefusal."""
    depends = {
        definition["name"]: [other["containerName"] for other in definition.get("dependsOn") or ()]
        for definition in task.definition["containerDefinitions"]
    }
    order: list[str] = [PAUSE] if len(depends) > 1 else []
    while pending := [name for name in depends if name not in order]:
        ready = [name for name in pending if all(other in order for other in depends[name])]
        if not ready:
            raise client_error("Container dependencies cannot be cyclical.")
        order += ready
    return order
