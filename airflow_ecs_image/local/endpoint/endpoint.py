"""The parts of one endpoint, put together."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from .arns import Names
from .client_tokens import ClientTokens
from .configuration import Configuration
from .definitions import TaskDefinitions
from .faults import Faults
from .launcher import Launcher, make_launcher
from .registry import Registry
from .store import Store

_SWEEP_SECONDS = 5.0


@dataclass(frozen=True)
class Endpoint:
    """What every room of the endpoint may ask."""

    configuration: Configuration
    names: Names
    registry: Registry
    definitions: TaskDefinitions
    faults: Faults
    launcher: Launcher
    tokens: ClientTokens = field(default_factory=ClientTokens)


def open_endpoint(configuration: Configuration) -> Endpoint:
    """Read what an earlier process left; `endpoint.registry.resume()` goes on with it."""
    names = Names(configuration.region, configuration.account_id)
    registry = Registry(Store(configuration.state / "tasks"), slots=configuration.slots)
    definitions = TaskDefinitions(Store(configuration.state / "task-definitions"), names)
    launcher = make_launcher(configuration, registry)
    registry.load(launcher)
    definitions.adopt(task.definition for task in registry.all())
    return Endpoint(configuration, names, registry, definitions, Faults(), launcher)


def sweep(endpoint: Endpoint, ended: threading.Event) -> None:
    """Remove what was kept long enough, again and again until `ended`."""
    kept = endpoint.configuration.kept_seconds
    while not ended.wait(min(_SWEEP_SECONDS, max(kept / 4, 0.1))):
        endpoint.registry.forget_stopped(kept)
