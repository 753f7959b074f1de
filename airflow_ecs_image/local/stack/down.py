"""Taking a stack down: whatever carries its name goes, however much of it there is."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import Engine
from airflow_ecs_image.engine.client import DockerError
from airflow_ecs_image.engine.labelled import (
    LabelledContainer,
    labelled_containers,
    labelled_networks,
    labelled_volumes,
    remove_network,
    remove_volume,
)
from airflow_ecs_image.errors import LocalServiceFailed
from airflow_ecs_image.local.stack import names, stack_secrets
from airflow_ecs_image.spec.label_names import LOCAL, LOCAL_SERVICE, LOCAL_TASK

_AT_ONCE = 8
_ROUNDS = 10


@dataclass(frozen=True)
class Removed:
    """How much there was; `secrets` is whether there was a file with them."""

    services: int
    tasks: int
    networks: int
    volumes: int
    secrets: bool

    @property
    def anything(self) -> bool:
        """Whether there was anything at all."""
        return bool(self.services or self.tasks or self.networks or self.volumes or self.secrets)


def down(name: str, console: Console) -> Removed:
    """Remove the containers, networks, volumes and secrets of a stack; nothing happens when there are none.

    SpecError for a name that no stack can have. LocalServiceFailed when another command is at work on it, or the engine
    keeps a part of it.
    """
    with stack_secrets.only_one(name), console.step(f"Remove {name}") as step:
        engine = Engine()
        services, tasks = _remove_containers(name, engine)
        networks, volumes = labelled_networks(LOCAL, name, engine), labelled_volumes(LOCAL, name, engine)
        try:
            for network in networks:
                remove_network(network, engine)
            for volume in volumes:
                remove_volume(volume, engine)
        except DockerError as error:
            raise LocalServiceFailed(
                f"{name}: {error.message}",
                mend="remove what is not the stack's own and uses it, then down again",
            ) from None
        removed = Removed(services, tasks, len(networks), len(volumes), stack_secrets.remove(name))
        if not removed.anything:
            step.skip("there is nothing of that name")
        return removed


def _remove_containers(name: str, engine: Engine) -> tuple[int, int]:
    """How many services and how many tasks there were."""
    services: set[str] = set()
    tasks: set[str] = set()
    for _ in range(_ROUNDS):
        found = labelled_containers(LOCAL, name, engine)
        if not found:
            return len(services), len(tasks)
        for each in found:
            (tasks if LOCAL_TASK in each.labels else services).add(each.id)
        # Scheduler and endpoint first: they would start tasks meanwhile.
        first = [each for each in found if each.labels.get(LOCAL_SERVICE) in (names.SCHEDULER, names.ECS)]
        _remove(first, engine)
        _remove([each for each in found if each not in first], engine)
    left = ", ".join(each.name for each in labelled_containers(LOCAL, name, engine))
    raise LocalServiceFailed(
        f"{name}: the engine does not remove {left}", mend="restart the engine, then down again"
    )


def _remove(containers: Sequence[LabelledContainer], engine: Engine) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda each: each.handle(engine).remove(), containers))
