"""All that carries a label: the containers, networks and volumes that belong together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_ecs_image.engine.client import DockerError, Engine
from airflow_ecs_image.engine.container import Container


@dataclass(frozen=True)
class LabelledContainer:
    """A container that carries the label; `ports` are ports of this machine by those of the container.

    `created` and `started` are epoch seconds by the engine's clock, 0 for one that never started. `status` is Docker's word, such as `running` or `exited`.
    """

    id: str
    name: str
    image: str
    labels: Mapping[str, str]
    status: str
    exit_code: int
    created: float
    started: float
    ports: Mapping[int, int]

    @property
    def running(self) -> bool:
        """Whether its program runs."""
        return self.status == "running"

    @property
    def succeeded(self) -> bool:
        """Whether its program has ended with 0."""
        return self.status == "exited" and self.exit_code == 0

    def url(self, port: int) -> str | None:
        """Where this machine reaches a port of it by HTTP; None for one that is not published, or has ended."""
        outside = self.ports.get(port)
        return None if outside is None else f"http://127.0.0.1:{outside}"

    def handle(self, engine: Engine | None = None) -> Container:
        """The container itself, to wait for, read and remove it."""
        return Container(self.id, engine or Engine())


def labelled_containers(name: str, value: str, engine: Engine | None = None) -> list[LabelledContainer]:
    """The containers with that label, also those that have ended, the oldest first."""
    engine = engine or Engine()
    while True:
        found = engine.docker(
            "container", "ls", "--all", "--quiet", "--no-trunc", "--filter", f"label={name}={value}"
        ).split()
        if not found:
            return []
        inspected = engine.complete("container", "inspect", *found)
        # One that went between the two calls makes the second one fail.
        if inspected.returncode == 0:
            documents = json.loads(inspected.stdout)
            return sorted(map(_container, documents), key=lambda each: each.created)


def make_network(name: str, labels: Mapping[str, str], engine: Engine | None = None) -> None:
    """Make a network of containers, unless there is one of that name."""
    _make("network", name, labels, engine or Engine())


def make_volume(name: str, labels: Mapping[str, str], engine: Engine | None = None) -> None:
    """Make a volume, unless there is one of that name."""
    _make("volume", name, labels, engine or Engine())


def labelled_networks(name: str, value: str, engine: Engine | None = None) -> list[str]:
    """The names of the networks with that label."""
    return _names("network", name, value, engine or Engine())


def labelled_volumes(name: str, value: str, engine: Engine | None = None) -> list[str]:
    """The names of the volumes with that label."""
    return _names("volume", name, value, engine or Engine())


def remove_network(name: str, engine: Engine | None = None) -> None:
    """Remove a network that no container uses any more. Raises DockerError when one does."""
    (engine or Engine()).docker("network", "rm", name)


def remove_volume(name: str, engine: Engine | None = None) -> None:
    """Remove a volume that no container uses any more. Raises DockerError when one does."""
    (engine or Engine()).docker("volume", "rm", name)


def _make(kind: str, name: str, labels: Mapping[str, str], engine: Engine) -> None:
    options = [word for key, value in labels.items() for word in ("--label", f"{key}={value}")]
    if name in engine.docker(kind, "ls", "--format", "{{.Name}}", "--filter", f"name={name}").split():
        return
    try:
        engine.docker(kind, "create", *options, name)
    except DockerError as error:
        if "already exists" not in error.stderr:
            raise


def _names(kind: str, name: str, value: str, engine: Engine) -> list[str]:
    return engine.docker(kind, "ls", "--format", "{{.Name}}", "--filter", f"label={name}={value}").split()


def epoch_seconds(moment: str) -> float:
    """Seconds since the epoch of RFC 3339 text in UTC, whose nanoseconds are more than `datetime` reads."""
    whole, _, fraction = moment.rstrip("Z").partition(".")
    return datetime.fromisoformat(f"{whole}+00:00").timestamp() + float(f"0.{fraction or 0}")


def _container(document: dict[str, Any]) -> LabelledContainer:
    ports = document["NetworkSettings"].get("Ports") or {}
    return LabelledContainer(
        id=document["Id"],
        name=document["Name"].lstrip("/"),
        image=document["Image"],
        labels=document["Config"].get("Labels") or {},
        status=document["State"]["Status"],
        exit_code=int(document["State"]["ExitCode"]),
        created=epoch_seconds(document["Created"]),
        started=max(0.0, epoch_seconds(document["State"]["StartedAt"])),
        ports={
            int(port.partition("/")[0]): int(bindings[0]["HostPort"])
            for port, bindings in ports.items()
            if bindings
        },
    )
