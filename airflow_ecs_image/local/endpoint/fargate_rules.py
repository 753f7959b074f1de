"""What RegisterTaskDefinition refuses for Fargate alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .refusals import client_error
from .sizes import no_fargate_size

_STORAGE = range(21, 201)
_LOG_DRIVERS = {None, "awslogs", "splunk", "awsfirelens"}


def check_fargate(
    request: Mapping[str, Any],
    containers: Sequence[Mapping[str, Any]],
    size: Mapping[str, int],
    memory_of_cpu: Mapping[int, tuple[int, ...]],
) -> None:
    """`size` is what the task definition says of the task. Raises EcsRefusal."""
    if request.get("networkMode") != "awsvpc":
        raise client_error("Fargate only supports network mode ‘awsvpc’.")
    for name in ("cpu", "memory"):
        if name not in size:
            raise client_error(f"Fargate requires that '{name}' be defined at the task level.")
    if no_fargate_size(size["cpu"], size["memory"], memory_of_cpu):
        raise client_error(no_configuration(size["cpu"], size["memory"]))
    if (request.get("ephemeralStorage") or {}).get("sizeInGiB", _STORAGE.start) not in _STORAGE:
        raise client_error("EphemeralStorage size should be between 21 and 200 GiB.")
    for container in containers:
        _check_container(container, execution_role=bool(request.get("executionRoleArn")))
    for volume in request.get("volumes") or ():
        if (volume.get("host") or {}).get("sourcePath") or volume.get("dockerVolumeConfiguration"):
            raise client_error("Fargate does not support volumes of the host.")


def _check_container(container: Mapping[str, Any], *, execution_role: bool) -> None:
    driver = (container.get("logConfiguration") or {}).get("logDriver")
    if driver not in _LOG_DRIVERS:
        raise client_error(f"Fargate does not support the log driver '{driver}'.")
    if driver == "awslogs" and not execution_role:
        raise client_error(
            "Fargate requires task definition to have execution role ARN to support log driver awslogs."
        )
    if container.get("secrets") and not execution_role:
        raise client_error(
            "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'."
        )
    if container.get("privileged"):
        raise client_error("Fargate does not support privileged containers.")


def no_configuration(cpu: int, memory: int) -> str:
    """ECS's words for a size that Fargate does not have."""
    return (
        f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. "
        "See the Amazon ECS documentation for the valid values."
    )
