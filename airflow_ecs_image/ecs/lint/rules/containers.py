"""The containers of a task definition."""

from __future__ import annotations

import re
from collections.abc import Iterator

from airflow_ecs_image.ecs.lint.model import Hit, Inputs, Severity, rule
from airflow_ecs_image.ecs.lint.wording import quoted
from airflow_ecs_image.spec.rules.fargate import MOST_STOP_SECONDS

_AWSLOGS = ("awslogs-group", "awslogs-region", "awslogs-stream-prefix")


@rule(
    "ECS611",
    Severity.ERROR,
    "entryPoint is set",
    why="it replaces the image's own, which prepares the user, fetches DAGs and forwards SIGTERM; the executor cannot override it",
)
def entry_point(inputs: Inputs) -> Iterator[Hit]:
    """Of the worker."""
    for each in inputs.definitions():
        if each.worker.get("entryPoint"):
            yield Hit(each.of_worker("entryPoint"), "entryPoint is set", "take entryPoint out")


@rule(
    "ECS612",
    Severity.ERROR,
    "stopTimeout above 120",
    why="Fargate waits two minutes at most, and refuses the definition",
)
def stop_timeout(inputs: Inputs) -> Iterator[Hit]:
    """In seconds."""
    for each in inputs.definitions():
        for index, container in enumerate(each.containers):
            given = container.get("stopTimeout")
            if isinstance(given, int) and given > MOST_STOP_SECONDS and each.on_fargate:
                yield Hit(
                    each.position("containerDefinitions", index, "stopTimeout"),
                    f"stopTimeout is {given}",
                    f'"stopTimeout": {MOST_STOP_SECONDS}',
                )


@rule(
    "ECS613",
    Severity.ADVICE,
    "an image by a tag",
    why="whoever pushes the tag again changes what every task runs, and two tasks of one DAG run may differ",
)
def tag(inputs: Inputs) -> Iterator[Hit]:
    """By digest it stays what it was."""
    for each in inputs.definitions():
        image = str(each.worker.get("image") or "")
        if not re.search(r"@sha256:[0-9a-f]{64}$", image):
            yield Hit(
                each.of_worker("image"),
                f"image is {quoted(image)}",
                "REPOSITORY@sha256:…, which `push` prints last",
            )


@rule(
    "ECS614",
    Severity.ADVICE,
    "no logConfiguration",
    why="what the container prints is lost, also why it did not start; Airflow's task log has nothing of that",
)
def no_log_configuration(inputs: Inputs) -> Iterator[Hit]:
    """Of the worker."""
    for each in inputs.definitions():
        if not each.worker.get("logConfiguration"):
            yield Hit(
                each.position_of_worker,
                "logConfiguration is not set",
                '"logConfiguration": {"logDriver": "awslogs", …}',
            )


@rule(
    "ECS615",
    Severity.ERROR,
    "awslogs without group, region or prefix",
    why="Fargate refuses the definition: it needs all three",
)
def awslogs(inputs: Inputs) -> Iterator[Hit]:
    """Of every container."""
    for each in inputs.definitions():
        for index, container in enumerate(each.containers):
            logging = container.get("logConfiguration") or {}
            options = logging.get("options") or {}
            missing = [name for name in _AWSLOGS if not options.get(name)]
            if logging.get("logDriver") == "awslogs" and missing and each.on_fargate:
                yield Hit(
                    each.position("containerDefinitions", index, "logConfiguration"),
                    f"awslogs has no {' and no '.join(missing)}",
                    ", ".join(f'"{name}": "…"' for name in missing),
                )


@rule(
    "ECS616",
    Severity.ADVICE,
    "a container beside the worker",
    why="the executor counts the exit codes of all containers: one that is not essential and ends with anything but 0, as by SIGTERM, "
    "fails the task; one that never ends keeps it running",
)
def sidecar(inputs: Inputs) -> Iterator[Hit]:
    """Those that are not essential."""
    for each in inputs.definitions():
        for index, container in enumerate(each.containers):
            if index != each.worker_index and container.get("essential", True) is False:
                yield Hit(
                    each.position_of(index),
                    f"{quoted(str(container.get('name')))} is not essential",
                    "let it end with 0 when it gets SIGTERM",
                )


@rule(
    "ECS617",
    Severity.ERROR,
    "a worker that is not essential",
    why="beside an essential container the task goes on after the worker has ended, and the executor waits for it; without one ECS "
    "refuses the definition",
)
def worker_not_essential(inputs: Inputs) -> Iterator[Hit]:
    """An essential sidecar is as bad: it ends the worker when it ends."""
    for each in inputs.definitions():
        if each.worker.get("essential", True) is False:
            yield Hit(each.of_worker("essential"), "the worker is not essential", '"essential": true')
