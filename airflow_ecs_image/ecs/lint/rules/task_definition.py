"""The task definition as a whole: what Fargate refuses, and what only fails when a task starts."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_ecs_image.ecs.lint.model import Hit, Inputs, Severity, rule
from airflow_ecs_image.ecs.lint.wording import quoted
from airflow_ecs_image.spec.rules.fargate import MEMORY_OF_CPU, spoken


@rule(
    "ECS601",
    Severity.ERROR,
    "no execution role",
    why="ECS cannot pull from ECR, write the output or read secrets: tasks stop with CannotPullContainerError or "
    "ResourceInitializationError, or Fargate refuses the definition",
)
def no_execution_role(inputs: Inputs) -> Iterator[Hit]:
    """Needed for ECR, awslogs on Fargate, and secrets."""
    for each in inputs.definitions():
        needs = each.on_fargate or any(container.get("secrets") for container in each.containers)
        if needs and not each.content.get("executionRoleArn"):
            yield Hit(
                each.position(),
                "executionRoleArn is not set",
                '"executionRoleArn": "arn:aws:iam::ACCOUNT:role/NAME"',
            )


@rule(
    "ECS602",
    Severity.ERROR,
    "a pair of CPU and memory that Fargate does not have",
    why="RegisterTaskDefinition fails with `No Fargate configuration exists for given values`",
)
def size(inputs: Inputs) -> Iterator[Hit]:
    """Of the task, in CPU units and MiB."""
    for each in inputs.definitions():
        if not each.on_fargate:
            continue
        cpu, memory = _number(each.content.get("cpu"), 1024), _number(each.content.get("memory"), 1024)
        if cpu is None or memory is None:
            yield Hit(
                each.position(), "cpu or memory of the task is not set", '"cpu": "1024", "memory": "2048"'
            )
        elif cpu not in MEMORY_OF_CPU:
            sizes = ", ".join(map(str, MEMORY_OF_CPU))
            yield Hit(each.position("cpu"), f"cpu is {cpu}", f"one of {sizes}")
        elif memory not in MEMORY_OF_CPU[cpu]:
            yield Hit(
                each.position("memory"),
                f"memory is {memory} with cpu {cpu}",
                f"{spoken(MEMORY_OF_CPU[cpu])} MiB",
            )


@rule(
    "ECS603",
    Severity.ERROR,
    "a network mode that Fargate does not have",
    why="RegisterTaskDefinition fails: Fargate has awsvpc only",
)
def network_mode(inputs: Inputs) -> Iterator[Hit]:
    """Left out, it is bridge."""
    for each in inputs.definitions():
        mode = each.content.get("networkMode")
        if each.on_fargate and mode != "awsvpc":
            found = f"networkMode is {quoted(str(mode))}" if mode else "networkMode is not set"
            yield Hit(each.position("networkMode"), found, '"networkMode": "awsvpc"')


@rule(
    "ECS604",
    Severity.ADVICE,
    "no runtimePlatform",
    why="Fargate takes X86_64: an image for arm64 ends with `exec format error`, or is not found for the platform",
)
def no_platform(inputs: Inputs) -> Iterator[Hit]:
    """The image's own architecture."""
    for each in inputs.definitions():
        platform = each.content.get("runtimePlatform") or {}
        if not platform.get("cpuArchitecture"):
            yield Hit(
                each.position("runtimePlatform"),
                "runtimePlatform names no cpuArchitecture",
                '"runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"}',
            )


@rule(
    "ECS605",
    Severity.ADVICE,
    "no task role",
    why="DAGs have no rights in AWS: no DAGs from S3, no remote log, `Unable to locate credentials`",
)
def no_task_role(inputs: Inputs) -> Iterator[Hit]:
    """The role of what runs in the container."""
    for each in inputs.definitions():
        if not each.content.get("taskRoleArn"):
            yield Hit(
                each.position(), "taskRoleArn is not set", '"taskRoleArn": "arn:aws:iam::ACCOUNT:role/NAME"'
            )


def _number(value: object, of_large: int) -> int | None:
    """CPU units or MiB, also from `1 vCPU` and `2 GB`."""
    words = str(value or "").lower().split()
    try:
        number = float(words[0])
    except (IndexError, ValueError):
        return None
    return int(number * of_large) if words[1:] and words[1] in ("vcpu", "gb") else int(number)
