"""What the Docker engine of this machine says of itself: its client, its plug-in for builds, and the engine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_ecs_image.engine import Engine
from airflow_ecs_image.errors import ToolkitError

OLDEST_ENGINE = 23
"""Docker Engine 23.0 is the first whose own BuildKit reads here-documents in a Dockerfile (its release notes)."""


@dataclass(frozen=True)
class EngineState:
    """Client, buildx and engine: a version where there is one, else None, and `problem` why the engine is none.

    `root_directory` is where the engine keeps images; `builds_for` the platforms that BuildKit can run here.
    """

    client: str | None = None
    buildx: str | None = None
    server: str | None = None
    problem: str | None = None
    problem_mend: str | None = None
    storage_driver: str = ""
    root_directory: Path | None = None
    builds_for: tuple[str, ...] = ()

    @property
    def is_recent(self) -> bool:
        """True when the engine's BuildKit is new enough; a version that cannot be read counts as new."""
        major = (self.server or "").split(".", 1)[0]
        return not major.isdigit() or int(major) >= OLDEST_ENGINE


def engine_state(engine: Engine | None = None) -> EngineState:
    """Ask client and engine; nothing is raised, whatever is missing."""
    engine = engine or Engine()
    try:
        completed = engine.complete("version", "--format", "{{json .Client.Version}}", timeout=10)
    except ToolkitError as error:
        return EngineState(problem=error.message, problem_mend=error.mend)
    # The client prints its own version also when no engine answers.
    client = completed.stdout.decode(errors="replace").strip().strip('"') or None
    buildx = _buildx(engine)
    try:
        server = engine.version().server
        information: dict[str, Any] = json.loads(engine.docker("info", "--format", "{{json .}}", timeout=10))
        builds_for = _builds_for(engine) if buildx else ()
    except ToolkitError as error:
        return EngineState(client, buildx, problem=error.message, problem_mend=error.mend)
    root_directory = information.get("DockerRootDir")
    return EngineState(
        client,
        buildx,
        server,
        storage_driver=information.get("Driver", ""),
        root_directory=Path(root_directory) if root_directory else None,
        builds_for=builds_for,
    )


def _buildx(engine: Engine) -> str | None:
    try:
        return engine.buildx_version() or None
    except ToolkitError:
        return None


def _builds_for(engine: Engine) -> tuple[str, ...]:
    """The line "Platforms:" of the builder; an asterisk marks one that a person set by hand."""
    for line in engine.docker("buildx", "inspect", engine.builder(), timeout=20).splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "Platforms":
            return tuple(word.strip().rstrip("*") for word in value.split(","))
    return ()
