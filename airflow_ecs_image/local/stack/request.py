"""What a stack is asked to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from airflow_ecs_image.local.model import DEFAULT_NAME
from airflow_ecs_image.local.stack import names
from airflow_ecs_image.spec import EcsSpec, ImageSpec

DagSource = Literal["baked", "s3", "archive"]


@dataclass(frozen=True)
class Ports:
    """Ports of this machine's loopback address: 0 for one that is free, None for the one that the stack has."""

    airflow: int | None = None
    s3: int | None = None
    ecs: int | None = None


@dataclass(frozen=True)
class StackRequest:
    """Both specs as the user wrote them, and what is of the stack alone.

    `image_name` is an image that exists; without it the one of the image spec is built. Without `dag_source` it is that of
    the image spec. `slots` tasks run at once: None for as many as the stack has, at first one for each processor. `secrets`
    are values for the secrets of the task definition by the names of their variables. `settings` are further variables of the control plane,
    `worker_environment` of the workers. `mode` and `simulation` are those of the endpoint's configuration.
    """

    image: ImageSpec
    ecs: EcsSpec
    directory: Path
    name: str = DEFAULT_NAME
    image_name: str | None = None
    dag_source: DagSource | None = None
    slots: int | None = None
    ports: Ports = Ports()
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    settings: Mapping[str, str] = field(default_factory=dict)
    worker_environment: Mapping[str, str] = field(default_factory=dict)
    mode: Literal["containers", "simulated"] = "containers"
    simulation: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """SpecError for a name that no stack can have."""
        names.checked(self.name)
