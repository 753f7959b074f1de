"""Taking a stack down: whatever carries its name goes, however much of it there is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import Engine
from airflow_ecs_image.engine.labelled import (
    labelled_containers,
    labelled_networks,
    labelled_volumes,
    remove_network,
    remove_volume,
)
from airflow_ecs_image.local.stack import names, stack_secrets
from airflow_ecs_image.spec.label_names import LOCAL, LOCAL_SERVICE

_AT_ONCE = 8


@dataclass(frozen=True)
class Removed:
    """How much there was."""

    containers: int
    networks: int
    volumes: int
    secrets: bool

    @property
    def anything(self) -> bool:
        """Whether there was anything at all."""
        return bool(self.containers or self.networks or self.volumes or self.secrets)


def down(name: str, console: Console) -> Removed:
    """Remove the containers, networks, volumes and secrets of a stack; nothing happens when there are none.

    LocalServiceFailed when another command is at work on it.
    """
    with stack_secrets.only_one(name), console.step(f"Remove {name}"):
        engine = Engine()
        containers = 0
        # The endpoint and the scheduler first: they would start tasks meanwhile.
        while found := labelled_containers(LOCAL, name, engine):
            first = [each for each in found if each.labels.get(LOCAL_SERVICE) in (names.SCHEDULER, names.ECS)]
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(lambda each: each.handle(engine).remove(), first or found))
            containers += len(first or found)
        networks = labelled_networks(LOCAL, name, engine)
        for network in networks:
            remove_network(network, engine)
        volumes = labelled_volumes(LOCAL, name, engine)
        for volume in volumes:
            remove_volume(volume, engine)
        return Removed(containers, len(networks), len(volumes), stack_secrets.remove(name))
