"""The tools that make a root filesystem from a Debian mirror, for machines that reach no container registry."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs_image.setup.consent import Consent
from airflow_ecs_image.setup.machine import Machine
from airflow_ecs_image.setup.network import container_registry
from airflow_ecs_image.setup.packages import root_filesystem_installation

if TYPE_CHECKING:
    from airflow_ecs_image.console import Console

_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def missing_tools() -> tuple[str, ...]:
    """The names of the packages that are not there."""
    tools = {
        "mmdebstrap": shutil.which("mmdebstrap") is not None,
        "debian-archive-keyring": _KEYRING.exists(),
    }
    return tuple(name for name, present in tools.items() if not present)


def ensure_root_filesystem_tools(machine: Machine, consent: Consent, *, console: Console) -> None:
    """Install them where they are missing and no container registry answers.

    Raises SetupFailed where this toolkit cannot, and says what to install.
    """
    with console.step("Tools for a root filesystem") as step:
        if not missing_tools():
            step.skip("installed already")
            return
        step.update("asking the container registry")
        if container_registry().answers:
            step.skip("not needed: the container registry answers")
            return
        step.drop()
    consent.run("Install the tools for a root filesystem", root_filesystem_installation(machine))
