"""A task definition as a file holds it: in the form that is registered, or as ECS describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_ecs_image.ecs.lint.position import Position


@dataclass(frozen=True)
class TaskDefinitionFile:
    """`content` is what RegisterTaskDefinition takes; `prefix` leads to it in the file, `worker_index` to the worker in it."""

    file: str
    content: Mapping[str, Any]
    lines: Mapping[tuple[str | int, ...], int]
    prefix: tuple[str | int, ...] = ()
    worker_index: int = 0

    @property
    def containers(self) -> list[dict[str, Any]]:
        """The container definitions."""
        return [each for each in self.content.get("containerDefinitions") or () if isinstance(each, dict)]

    @property
    def worker(self) -> dict[str, Any]:
        """The container that is the worker."""
        containers = self.containers
        return containers[self.worker_index] if self.worker_index < len(containers) else {}

    @property
    def on_fargate(self) -> bool:
        """Whether it is made for Fargate."""
        return "FARGATE" in (
            self.content.get("requiresCompatibilities") or self.content.get("compatibilities") or ()
        )

    def position(self, *path: str | int) -> Position:
        """Where a value stands, or the nearest thing around it."""
        whole = [*self.prefix, *path]
        while whole and tuple(whole) not in self.lines:
            whole.pop()
        return Position(self.file, self.lines.get(tuple(whole), 0))

    def of_worker(self, *path: str | int) -> Position:
        """Where a value of the worker's container stands."""
        return self.position("containerDefinitions", self.worker_index, *path)

    def position_of(self, index: int) -> Position:
        """Where a container is: the line of its name."""
        return self.position("containerDefinitions", index, "name")

    @property
    def position_of_worker(self) -> Position:
        """Where the worker's container is."""
        return self.position_of(self.worker_index)


def worker_index(containers: list[dict[str, Any]], names: tuple[str, ...]) -> int:
    """Which container is the worker: the one of these names, else the first essential one."""
    for index, container in enumerate(containers):
        if container.get("name") in names:
            return index
    return next((index for index, each in enumerate(containers) if each.get("essential", True)), 0)
