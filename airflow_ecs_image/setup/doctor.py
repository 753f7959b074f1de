"""The list of prerequisites: facts first, all at once, then what they mean for building images."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs_image.setup import network
from airflow_ecs_image.setup.emulation import foreign_architecture, is_registered
from airflow_ecs_image.setup.engine_state import OLDEST_ENGINE, EngineState, engine_state
from airflow_ecs_image.setup.machine import Machine, this_machine
from airflow_ecs_image.setup.packages import DEFAULT_DEBIAN_MIRROR
from airflow_ecs_image.setup.prerequisites import Prerequisite, State
from airflow_ecs_image.setup.root_filesystem import missing_tools

if TYPE_CHECKING:
    from airflow_ecs_image.console import Console

SETUP = "python build.py setup"
OLDEST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 5_000_000_000
"""Room for the images of one build from source with its cache, and for measuring it."""


@dataclass(frozen=True)
class Facts:
    """What was found on a machine. `free_bytes` is None where the engine's storage is not on this machine."""

    machine: Machine
    python: tuple[int, int, int]
    virtual_environment: Path | None
    engine: EngineState
    free_bytes: int | None
    emulation_registered: bool
    missing_tools: tuple[str, ...]
    registry: network.Reach
    package_index: network.Reach
    debian_mirror: network.Reach
    ca_bundles: dict[str, Path]
    proxies: dict[str, str]


def doctor(console: Console, *, debian_mirror: str = DEFAULT_DEBIAN_MIRROR) -> list[Prerequisite]:
    """Look at this machine and return every prerequisite with its state; changes nothing, takes five seconds at most."""
    with console.step("Look at this machine"):
        facts = gather(debian_mirror)
    return prerequisites(facts)


def gather(debian_mirror: str = DEFAULT_DEBIAN_MIRROR) -> Facts:
    """Find the facts; what waits for the network or the engine does so side by side."""
    machine = this_machine()
    with ThreadPoolExecutor(max_workers=4) as pool:
        engine = pool.submit(engine_state)
        registry = pool.submit(network.container_registry)
        package_index = pool.submit(network.package_index)
        mirror = pool.submit(network.debian_mirror, debian_mirror)
    state = engine.result()
    architecture = foreign_architecture(machine)
    return Facts(
        machine=machine,
        python=sys.version_info[:3],
        virtual_environment=Path(sys.prefix) if sys.prefix != sys.base_prefix else None,
        engine=state,
        free_bytes=_free_bytes(state.root_directory),
        emulation_registered=is_registered(architecture) or f"linux/{architecture}" in state.builds_for,
        missing_tools=missing_tools(),
        registry=registry.result(),
        package_index=package_index.result(),
        debian_mirror=mirror.result(),
        ca_bundles=network.ca_bundles(),
        proxies=network.proxies(),
    )


def prerequisites(facts: Facts) -> list[Prerequisite]:
    """What the facts mean; the order is that of mending."""
    return [
        _python(facts),
        _virtual_environment(facts),
        *_engine(facts.engine),
        _free_space(facts),
        _emulation(facts),
        _registry(facts),
        _root_filesystem_tools(facts),
        _package_index(facts),
        _debian_mirror(facts),
        _ca_bundle(facts),
        _proxy(facts),
    ]


def _python(facts: Facts) -> Prerequisite:
    version = ".".join(map(str, facts.python))
    if facts.python[:2] >= OLDEST_PYTHON:
        return Prerequisite("Python", State.OK, version)
    return Prerequisite("Python", State.MISSING, f"{version} is older than 3.11", "setup/environment")


def _virtual_environment(facts: Facts) -> Prerequisite:
    name = "virtual environment"
    if facts.virtual_environment is None:
        return Prerequisite(name, State.WARNING, "this Python is not in one", "setup/environment")
    return Prerequisite(name, State.OK, str(facts.virtual_environment))


def _engine(engine: EngineState) -> list[Prerequisite]:
    found = [
        Prerequisite("docker command", State.OK, engine.client)
        if engine.client
        else Prerequisite("docker command", State.MISSING, "not installed", SETUP),
        Prerequisite("buildx", State.OK, engine.buildx)
        if engine.buildx
        else Prerequisite("buildx", State.MISSING, "not installed", SETUP),
    ]
    name = "Docker engine"
    if engine.server is None:
        found.append(
            Prerequisite(name, State.MISSING, engine.problem or "none answers", engine.problem_mend or SETUP)
        )
    elif not engine.is_recent:
        found.append(
            Prerequisite(
                name, State.MISSING, f"{engine.server} is too old", f"upgrade it to {OLDEST_ENGINE} or newer"
            )
        )
    else:
        found.append(
            Prerequisite(name, State.OK, f"{engine.server}, BuildKit, storage driver {engine.storage_driver}")
        )
    return found


def _free_space(facts: Facts) -> Prerequisite:
    name, folder = "free disk space", facts.engine.root_directory
    if facts.engine.server is None:
        return Prerequisite(name, State.WARNING, "known when the engine answers")
    if facts.free_bytes is None:
        return Prerequisite(name, State.WARNING, "the engine's storage is not in a folder of this machine")
    detail = f"{facts.free_bytes / 1e9:.1f} GB in {folder}"
    if facts.free_bytes >= LEAST_FREE_BYTES:
        return Prerequisite(name, State.OK, detail)
    return Prerequisite(
        name,
        State.WARNING,
        f"{detail}; a build from source takes up to {LEAST_FREE_BYTES / 1e9:.0f} GB",
        "docker system df shows what takes it, docker builder prune empties the build cache",
    )


def _emulation(facts: Facts) -> Prerequisite:
    foreign = f"linux/{foreign_architecture(facts.machine)}"
    if facts.emulation_registered:
        return Prerequisite(f"emulation of {foreign}", State.OK, "registered")
    return Prerequisite(
        f"emulation of {foreign}",
        State.WARNING,
        f"not registered; needed for --platform {foreign} alone",
        f"{SETUP} --platform {foreign}",
    )


def _registry(facts: Facts) -> Prerequisite:
    name = "container registry"
    if facts.registry.answers:
        return Prerequisite(name, State.OK, f"{facts.registry.place} answers")
    return Prerequisite(
        name,
        State.WARNING,
        f"{facts.registry.place} cannot be reached: {facts.registry.problem}; base auto builds from packages",
        "check the network and the proxy, or name a mirror with --base",
    )


def _root_filesystem_tools(facts: Facts) -> Prerequisite:
    name = "root filesystem tools"
    if not facts.missing_tools:
        return Prerequisite(name, State.OK, "mmdebstrap and Debian's keys")
    if facts.registry.answers:
        return Prerequisite(name, State.OK, "not needed where a container registry answers")
    return Prerequisite(name, State.MISSING, f"not installed: {', '.join(facts.missing_tools)}", SETUP)


def _package_index(facts: Facts) -> Prerequisite:
    name = "Python package index"
    if facts.package_index.answers:
        return Prerequisite(name, State.OK, f"{facts.package_index.place} answers")
    return Prerequisite(
        name,
        State.MISSING,
        f"{facts.package_index.place}: {facts.package_index.problem}",
        "check the network, PIP_INDEX_URL, the proxy and the CA bundle",
    )


def _debian_mirror(facts: Facts) -> Prerequisite:
    name = "Debian mirror"
    if facts.debian_mirror.answers:
        return Prerequisite(name, State.OK, f"{facts.debian_mirror.place} answers")
    return Prerequisite(
        name,
        State.WARNING if facts.registry.answers else State.MISSING,
        f"{facts.debian_mirror.place}: {facts.debian_mirror.problem}",
        "check the network and the proxy, or name another mirror with --debian-mirror",
    )


def _ca_bundle(facts: Facts) -> Prerequisite:
    name = "CA bundle"
    absent = {variable: path for variable, path in facts.ca_bundles.items() if not path.is_file()}
    for variable, path in absent.items():
        return Prerequisite(
            name, State.MISSING, f"{variable} names {path}, which is no file", f"unset {variable}"
        )
    if not facts.ca_bundles:
        return Prerequisite(name, State.OK, "the system's own")
    return Prerequisite(
        name, State.OK, ", ".join(f"{variable}={path}" for variable, path in facts.ca_bundles.items())
    )


def _proxy(facts: Facts) -> Prerequisite:
    detail = ", ".join(f"{variable}={host}" for variable, host in facts.proxies.items())
    return Prerequisite("proxy", State.OK, detail or "none")


def _free_bytes(folder: Path | None) -> int | None:
    # An address of another machine means that the folder of that name here is another one.
    if folder is None or os.environ.get("DOCKER_HOST", "unix://").partition(":")[0] != "unix":
        return None
    if platform.system() != "Linux" or not folder.exists():
        return None
    return shutil.disk_usage(folder).free
