"""What RegisterTaskDefinition refuses in container definitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from .refusals import client_error
from .words import WORD

_STOP_SECONDS = range(2, 121)


def check_containers(
    request: Mapping[str, Any], containers: Sequence[Mapping[str, Any]], size: Mapping[str, int]
) -> None:
    """Refuse what ECS refuses; `size` is what the task definition says of the task. Raises EcsRefusal."""
    if not containers:
        raise client_error("Container list cannot be empty.")
    names = Counter(container.get("name", "") for container in containers)
    if twice := [name for name, count in names.items() if count > 1]:
        raise client_error(f"Container names must be unique. '{twice[0]}' is used more than once.")
    if not any(container.get("essential", True) for container in containers):
        raise client_error("There should be at least one essential container in the task definition.")
    volumes = {volume.get("name") for volume in request.get("volumes") or ()}
    for container in containers:
        _check_container(container, size)
        _check_references(container, names, volumes)
        _check_variables(container)


def _check_container(container: Mapping[str, Any], size: Mapping[str, int]) -> None:
    name = container.get("name", "")
    if not name:
        raise client_error("Container.name should not be null or empty.")
    if not WORD.fullmatch(name):
        raise client_error(
            "Invalid 'name' setting for container: letters, numbers, hyphens and underscores only."
        )
    if not container.get("image"):
        raise client_error("Container.image should not be null or empty.")
    if "memory" not in size and not (container.get("memory") or container.get("memoryReservation")):
        raise client_error(
            f"Invalid setting for container '{name}'. At least one of 'memory' or 'memoryReservation' must be "
            "specified."
        )
    check_container_size(name, container, size)
    if container.get("stopTimeout", _STOP_SECONDS.start) not in _STOP_SECONDS:
        raise client_error(
            f"Invalid 'stopTimeout' setting for container '{name}'. It must be between 2 and 120 seconds."
        )


def _check_references(
    container: Mapping[str, Any], names: Mapping[str, int], volumes: set[str | None]
) -> None:
    for point in container.get("mountPoints") or ():
        if point.get("sourceVolume") not in volumes:
            raise client_error(f"Unknown volume '{point.get('sourceVolume')}'.")
    for other in container.get("dependsOn") or ():
        if other["containerName"] not in names or other["containerName"] == container["name"]:
            raise client_error(f"Invalid 'dependsOn' setting for container '{container['name']}'.")


def _check_variables(container: Mapping[str, Any]) -> None:
    variables = {pair.get("name") for pair in container.get("environment") or ()}
    secrets = Counter(secret["name"] for secret in container.get("secrets") or ())
    for secret, count in secrets.items():
        if secret in variables or count > 1:
            raise client_error(
                "The secret name must be unique and not shared with any new or existing environment variables set on "
                f"the container, such as '{secret}'."
            )


def check_container_size(name: str, limits: Mapping[str, Any], size: Mapping[str, int]) -> None:
    """Refuse a container that is larger than its task. Raises EcsRefusal."""
    for member, of_task in (("memory", "memory"), ("memoryReservation", "memory"), ("cpu", "cpu")):
        if of_task in size and int(limits.get(member) or 0) > size[of_task]:
            raise client_error(
                f"Invalid setting for container '{name}'. The '{member}' value must be lower or equal to the task's "
                f"'{of_task}' value."
            )
    hard, soft = limits.get("memory"), limits.get("memoryReservation")
    if hard and soft and soft > hard:
        raise client_error(
            f"Invalid setting for container '{name}'. "
            "The 'memory' value must be greater than 'memoryReservation' value."
        )
