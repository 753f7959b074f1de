"""Where a container is in its network."""

from __future__ import annotations

from airflow_ecs_image.engine import Engine
from airflow_ecs_image.engine.container import Container


def address_of(container: Container, network: str = "bridge") -> str:
    """The address of a running container in a network of the engine, by default in the one that all have."""
    path = f'{{{{(index .NetworkSettings.Networks "{network}").IPAddress}}}}'
    return Engine().docker("container", "inspect", "--format", path, container.id).strip()
