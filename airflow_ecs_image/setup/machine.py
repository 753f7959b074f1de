"""What this machine is: the facts that decide how a prerequisite is installed on it."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
"""The kernel's names of a processor and Docker's."""


@dataclass(frozen=True)
class Machine:
    """One computer, by its operating system's own words.

    `system` is "Linux" or "Darwin"; `architecture` Docker's name, "amd64" or "arm64"; `distribution`, `similar_to`,
    `version` and `codename` are the fields ID, ID_LIKE, VERSION_ID and VERSION_CODENAME of os-release(5).
    """

    system: str
    architecture: str
    name: str
    distribution: str = ""
    similar_to: tuple[str, ...] = ()
    version: str = ""
    codename: str = ""
    is_root: bool = False
    has_sudo: bool = False
    has_systemd: bool = False
    needs_apparmor_parser: bool = False

    @property
    def is_debian(self) -> bool:
        """Debian itself, not a distribution made from it."""
        return self.distribution == "debian"

    @property
    def is_ubuntu(self) -> bool:
        """Ubuntu or a distribution that installs from its archive."""
        return self.distribution == "ubuntu" or "ubuntu" in self.similar_to

    @property
    def major_version(self) -> int | None:
        """12 of "12" and 24 of "24.04"; None where the distribution names none, as Debian testing does."""
        number = self.version.split(".", 1)[0]
        return int(number) if number.isdigit() else None


def parse_os_release(text: str) -> dict[str, str]:
    """The assignments of an os-release file; quotes and escapes are the shell's, as os-release(5) says."""
    values: dict[str, str] = {}
    for line in text.splitlines():
        name, separator, value = line.strip().partition("=")
        if separator and not name.startswith("#"):
            values[name] = "".join(shlex.split(value))
    return values


def machine_from(system: str, processor: str, os_release: str, **abilities: bool) -> Machine:
    """A Machine of the kernel's two names and the text of os-release; `abilities` are Machine's boolean fields."""
    values = parse_os_release(os_release)
    return Machine(
        system=system,
        architecture=ARCHITECTURES.get(processor.lower(), processor.lower()),
        name=values.get("PRETTY_NAME") or system,
        distribution=values.get("ID", ""),
        similar_to=tuple(values.get("ID_LIKE", "").split()),
        version=values.get("VERSION_ID", ""),
        codename=values.get("VERSION_CODENAME", ""),
        **abilities,
    )


def this_machine() -> Machine:
    """The machine that this process runs on."""
    os_release = next(
        (path for path in map(Path, ("/etc/os-release", "/usr/lib/os-release")) if path.is_file()), None
    )
    return machine_from(
        platform.system(),
        platform.machine(),
        os_release.read_text(encoding="utf-8") if os_release else "",
        is_root=os.geteuid() == 0,
        has_sudo=shutil.which("sudo") is not None,
        # sd_booted(3): this folder exists exactly where systemd is the running init.
        has_systemd=Path("/run/systemd/system").is_dir(),
        needs_apparmor_parser=_needs_apparmor_parser(),
    )


def _needs_apparmor_parser() -> bool:
    """The engine loads its profile with apparmor_parser wherever the kernel has AppArmor switched on."""
    enabled = Path("/sys/module/apparmor/parameters/enabled")
    try:
        switched_on = enabled.read_text(encoding="ascii").strip() == "Y"
    except OSError:
        return False
    return switched_on and shutil.which("apparmor_parser", path="/sbin:/usr/sbin") is None
