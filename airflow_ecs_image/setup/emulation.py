"""Running the other processor's programs: QEMU's user emulation, registered with the kernel's binfmt_misc."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs_image.errors import SetupFailed
from airflow_ecs_image.setup.consent import Consent
from airflow_ecs_image.setup.machine import Machine
from airflow_ecs_image.setup.packages import emulation_installation
from airflow_ecs_image.setup.privileged import Command, run_as_root

if TYPE_CHECKING:
    from airflow_ecs_image.console import Console

BINFMT_MISC = Path("/proc/sys/fs/binfmt_misc")

_OTHER = {"amd64": "arm64", "arm64": "amd64"}
_QEMU_NAMES = {"arm64": "aarch64", "amd64": "x86_64"}
_ELF_MACHINES = {"arm64": 0xB7, "amd64": 0x3E}
_INTERPRETERS = ("/usr/libexec/qemu-binfmt/{}-binfmt-P", "/usr/bin/qemu-{}-static", "/usr/bin/qemu-{}")

_MAGIC = rb"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x%02x\x00"
# Any OS/ABI byte, and both kinds of executable: fixed address (2) and position-independent (3).
_MASK = rb"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"


def foreign_architecture(machine: Machine) -> str:
    """Docker's name of the architecture that this machine can only emulate."""
    return _OTHER.get(machine.architecture, "amd64")


def needs_emulation(platforms: Iterable[str], machine: Machine) -> bool:
    """True when one of the platforms, such as "linux/arm64", is not this machine's own."""
    return any(platform != f"linux/{machine.architecture}" for platform in platforms)


def is_registered(architecture: str, binfmt_misc: Path = BINFMT_MISC) -> bool:
    """True when the kernel runs programs of that architecture inside containers too.

    That takes the flag F: the kernel opens the interpreter at registration, so a container need not hold it.
    """
    try:
        entry = (binfmt_misc / entry_name(architecture)).read_text(encoding="ascii")
    except OSError:
        return False
    lines = entry.splitlines()
    flags = next((line.partition(":")[2] for line in lines if line.startswith("flags:")), "")
    return lines[:1] == ["enabled"] and "F" in flags


def entry_name(architecture: str) -> str:
    """The name of the entry in binfmt_misc, the one that distributions and Docker's own images use."""
    return f"qemu-{_QEMU_NAMES[architecture]}"


def interpreter_for(architecture: str, root: Path = Path("/")) -> str | None:
    """The path of the statically linked emulator; None when it is not installed."""
    paths = [pattern.format(_QEMU_NAMES[architecture]) for pattern in _INTERPRETERS]
    return next((path for path in paths if (root / path.lstrip("/")).exists()), None)


def registration(architecture: str, interpreter: str) -> str:
    """The line for binfmt_misc/register; the kernel itself reads the escapes (admin-guide/binfmt-misc).

    Flags: P keeps the program's own name, O hands over the open file, F opens the interpreter now.
    """
    magic = (_MAGIC % _ELF_MACHINES[architecture]).decode("ascii")
    return f":{entry_name(architecture)}:M::{magic}:{_MASK.decode('ascii')}:{interpreter}:POF"


def ensure_emulation(machine: Machine, consent: Consent, *, console: Console) -> None:
    """Install and register the emulation of the other architecture where it is missing.

    Raises SetupFailed where this toolkit cannot, and says what to do there.
    """
    architecture = foreign_architecture(machine)
    title = f"Emulation of linux/{architecture}"
    with console.step(title) as step:
        if machine.system != "Linux":
            step.skip("comes with the engine's own virtual machine")
            return
        if is_registered(architecture):
            step.skip("registered already")
            return
        step.drop()
    if interpreter_for(architecture) is None:
        consent.run("Install the emulator QEMU", emulation_installation(machine))
    # A package that finds binfmt_misc mounted registers its emulators by itself.
    if is_registered(architecture):
        return
    interpreter = interpreter_for(architecture)
    if interpreter is None:
        raise SetupFailed(f"qemu-user-static is installed, yet holds no emulator of {architecture}")
    consent.become_root()
    with console.step(f"{title}: register it with the kernel"):
        _register(machine, architecture, interpreter)


def _register(machine: Machine, architecture: str, interpreter: str) -> None:
    register = BINFMT_MISC / "register"
    if not register.exists():
        run_as_root(machine, Command(("mount", "-t", "binfmt_misc", "binfmt_misc", str(BINFMT_MISC))))
    if is_registered(architecture):
        return
    entry = BINFMT_MISC / entry_name(architecture)
    if entry.exists():
        run_as_root(machine, Command(("tee", str(entry)), stdin="-1"))
    run_as_root(machine, Command(("tee", str(register)), stdin=registration(architecture, interpreter)))
    if not is_registered(architecture):
        raise SetupFailed(
            f"the kernel does not list {entry} as enabled with the flag F",
            mend="build on a machine of that architecture, or with a platform of this one",
        )
