"""The configuration of the endpoint: a JSON file in, checked values out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONTAINERS, SIMULATED = "containers", "simulated"
MODES = (CONTAINERS, SIMULATED)
"""Each task is a container of the engine; or tasks only answer as if they ran."""


class WrongConfiguration(ValueError):
    """The file lacks a value or holds a wrong one; the message names it."""


@dataclass(frozen=True)
class Credentials:
    """The keys that tasks get from the credentials endpoint."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Configuration:
    """What one endpoint is told.

    `slots` tasks run at once. `memory_of_cpu`: MiB that a Fargate task can have, by its CPU units. `overrides_most`:
    characters of the overrides of a RunTask. `secrets`: values by ARN or name. STOPPED tasks stay `kept_seconds`.
    `environment` is added to every task's containers. `state` is a folder that outlives the process.
    """

    stack: str
    network: str
    region: str
    account_id: str
    clusters: tuple[str, ...]
    slots: int
    mode: str
    memory_of_cpu: Mapping[int, tuple[int, ...]]
    overrides_most: int
    credentials: Credentials
    secrets: Mapping[str, str] = field(repr=False)
    kept_seconds: float
    environment: Mapping[str, str] = field(repr=False)
    simulation: Mapping[str, Any]
    state: Path
    engine_socket: str
    port: int
    task_port: int


def read(path: Path) -> Configuration:
    """The configuration in a file. Raises WrongConfiguration, and OSError when it cannot be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise WrongConfiguration(f"{path}: no JSON: {error}") from None
    if not isinstance(content, dict):
        raise WrongConfiguration(f"{path}: no JSON object")
    return from_document(content)


def from_document(content: Mapping[str, Any]) -> Configuration:
    """The same from the parsed file. Raises WrongConfiguration."""
    mode = content.get("mode", CONTAINERS)
    if mode not in MODES:
        raise WrongConfiguration(f"mode: '{mode}' is none of {', '.join(MODES)}")
    slots = int(content.get("slots", 1))
    if slots < 1:
        raise WrongConfiguration(f"slots: {slots}; at least one task must be able to run")
    keys = content.get("credentials", {})
    return Configuration(
        stack=_needed(content, "stack"),
        network=_needed(content, "network"),
        region=_needed(content, "region"),
        account_id=str(content.get("account_id", "000000000000")),
        clusters=tuple(_needed(content, "clusters")),
        slots=slots,
        mode=mode,
        memory_of_cpu={int(cpu): tuple(sizes) for cpu, sizes in _needed(content, "memory_of_cpu").items()},
        overrides_most=int(content.get("overrides_most", 8192)),
        credentials=Credentials(
            str(keys.get("access_key_id", "")),
            str(keys.get("secret_access_key", "")),
            str(keys.get("token", "")),
        ),
        secrets=dict(content.get("secrets", {})),
        kept_seconds=float(content.get("kept_seconds", 3600)),
        environment=dict(content.get("environment", {})),
        simulation=dict(content.get("simulation", {})),
        state=Path(content.get("state", "/state")),
        engine_socket=str(content.get("engine_socket", "/var/run/docker.sock")),
        port=int(content.get("port", 8000)),
        task_port=int(content.get("task_port", 80)),
    )


def _needed(content: Mapping[str, Any], name: str) -> Any:
    if not content.get(name):
        raise WrongConfiguration(f"{name}: missing")
    return content[name]
