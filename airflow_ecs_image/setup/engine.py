"""The Docker engine: found, installed from the distribution's packages, started."""

from __future__ import annotations

import getpass
import grp
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs_image.errors import SetupFailed
from airflow_ecs_image.setup.consent import Consent
from airflow_ecs_image.setup.daemon import Daemon, start_service
from airflow_ecs_image.setup.engine_state import OLDEST_ENGINE, EngineState, engine_state
from airflow_ecs_image.setup.machine import Machine
from airflow_ecs_image.setup.packages import (
    buildx_installation,
    engine_by_hand,
    engine_installation,
    read_apt_sources,
)
from airflow_ecs_image.setup.privileged import Command

if TYPE_CHECKING:
    from airflow_ecs_image.console import Console

SOCKET = Path("/var/run/docker.sock")

_GROUP = "docker"
_ADDRESS_VARIABLES = ("DOCKER_HOST", "DOCKER_CONTEXT")


def ensure_engine(machine: Machine, consent: Consent, *, console: Console) -> None:
    """Make a Docker engine with BuildKit answer: nothing where one does, start it where it is stopped, else install.

    Raises SetupFailed where this toolkit cannot, and says what to install.
    """
    with console.step("Docker engine with BuildKit") as step:
        state = engine_state()
        if state.server and state.buildx and state.is_recent:
            step.skip(f"engine {state.server} and buildx {state.buildx} answer")
            return
        step.drop()
    if state.server is None:
        _make_engine_answer(machine, consent, state, console=console)
        state = engine_state()
    if state.server is not None and not state.is_recent:
        raise SetupFailed(
            f"the Docker engine {state.server} is too old: its BuildKit cannot read these Dockerfiles",
            mend=f"upgrade it to {OLDEST_ENGINE} or newer, or remove it and run `python build.py setup` again",
        )
    if state.buildx is None:
        consent.run("Install buildx", buildx_installation(machine))


def _make_engine_answer(machine: Machine, consent: Consent, state: EngineState, *, console: Console) -> None:
    named = next((name for name in _ADDRESS_VARIABLES if os.environ.get(name)), None)
    if named:
        raise SetupFailed(
            f"{state.problem or 'no Docker engine answers'} ({named} is set)",
            mend=f"start that engine, or unset {named} to use one on this machine",
        )
    if machine.system != "Linux":
        raise SetupFailed("no Docker engine answers", mend=engine_by_hand(machine))
    if not _is_forbidden():
        if dockerd() is None or state.client is None:
            consent.run(
                f"Install the Docker engine on {machine.name}",
                engine_installation(machine, read_apt_sources()),
            )
        start_engine(machine, consent, console=console)
    if _is_forbidden():
        _join_group(consent, console=console)


def start_engine(
    machine: Machine, consent: Consent, *, console: Console, daemon: Daemon | None = None
) -> None:
    """Start an installed engine and wait until it answers. Raises SetupFailed with the end of its log."""
    daemon = daemon or Daemon()
    how = "service" if machine.has_systemd else f"process, log in {daemon.log_file}"
    consent.become_root()
    with console.step(f"Start the Docker engine ({how})") as step:
        if machine.has_systemd:
            start_service(machine)
        else:
            daemon.start_process(machine)
            step.update("waiting for its answer")
            daemon.wait(lambda: engine_state().server is not None or _is_forbidden())


def dockerd() -> str | None:
    """The path of the engine's program; None when it is not installed. It is often not on a user's PATH."""
    return shutil.which("dockerd", path=f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin")


def _is_forbidden() -> bool:
    """True when the engine's socket is there and this user may not write to it."""
    return SOCKET.is_socket() and not os.access(SOCKET, os.W_OK)


def _join_group(consent: Consent, *, console: Console) -> None:
    user = getpass.getuser()
    title = f"Let {user} use the Docker engine"
    if user in grp.getgrnam(_GROUP).gr_mem:
        with console.step(title) as step:
            step.skip(f"in the group {_GROUP} already")
    else:
        consent.run(title, [Command(("usermod", "--append", "--groups", _GROUP, user))])
    console.note(
        f"the group {_GROUP} counts from the next login on; until then `make` finds its way, and "
        f"`newgrp {_GROUP}` opens a shell in which every command does"
    )
