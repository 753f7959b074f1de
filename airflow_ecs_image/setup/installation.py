"""What `setup` installs and starts, in the order in which one thing needs the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from airflow_ecs_image.setup.consent import Consent
from airflow_ecs_image.setup.emulation import ensure_emulation, needs_emulation
from airflow_ecs_image.setup.engine import ensure_engine
from airflow_ecs_image.setup.machine import Machine, this_machine
from airflow_ecs_image.setup.root_filesystem import ensure_root_filesystem_tools

if TYPE_CHECKING:
    from airflow_ecs_image.console import Console


class Component(StrEnum):
    """What can be installed; the value is the word of the command line."""

    ENGINE = "engine"
    EMULATION = "emulation"
    ROOT_FILESYSTEM = "root-filesystem"


def components_for(
    platforms: Iterable[str], base: str, machine: Machine | None = None
) -> tuple[Component, ...]:
    """What an image of these platforms, such as "linux/arm64", and of this base needs on this machine."""
    needed = [Component.ENGINE]
    if needs_emulation(platforms, machine or this_machine()):
        needed.append(Component.EMULATION)
    if base in {"auto", "source"}:
        needed.append(Component.ROOT_FILESYSTEM)
    return tuple(needed)


def install(what: Collection[Component | str], *, assume_yes: bool, console: Console) -> None:
    """Install and start what is missing of `what`; a second call finds all in place and changes nothing.

    Each step is announced. On a terminal the user is asked once, unless `assume_yes`. Raises SetupFailed, with the
    commands or the names of what to install, where this machine is none that the toolkit can set up.
    """
    machine = this_machine()
    consent = Consent(machine, console, given=assume_yes)
    wanted = {Component(each) for each in what}
    if Component.ENGINE in wanted:
        ensure_engine(machine, consent, console=console)
    if Component.EMULATION in wanted:
        ensure_emulation(machine, consent, console=console)
    if Component.ROOT_FILESYSTEM in wanted:
        ensure_root_filesystem_tools(machine, consent, console=console)
