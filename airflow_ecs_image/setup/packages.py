"""Which distribution packages a prerequisite comes from, and the commands that install them: decisions only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from airflow_ecs_image.errors import SetupFailed
from airflow_ecs_image.setup.machine import Machine
from airflow_ecs_image.setup.privileged import Command, apt_install, write_file

DEFAULT_DEBIAN_MIRROR = "http://deb.debian.org/debian"
ENGINE_SOURCES = "/etc/apt/sources.list.d/airflow-ecs-image-trixie.sources"
ENGINE_PREFERENCES = "/etc/apt/preferences.d/airflow-ecs-image"
ENGINE_PACKAGES = ("docker.io", "docker-cli", "docker-buildx")
EMULATION_PACKAGES = ("qemu-user-static", "mount")
ROOT_FILESYSTEM_PACKAGES = ("mmdebstrap", "debian-archive-keyring", "arch-test", "gpg", "uidmap")

_OLDEST_DEBIAN = 12
_OLDEST_UBUNTU = 22
_DEBIAN_WITH_BUILDX = 13

_ENGINE_ELSEWHERE = {
    "fedora": "sudo dnf install moby-engine docker-cli docker-buildx && sudo systemctl start docker",
    "arch": "sudo pacman -S docker docker-buildx && sudo systemctl start docker",
    "alpine": "apk add docker docker-cli-buildx && rc-service docker start",
}


def engine_installation(machine: Machine, apt_sources: str) -> tuple[Command, ...]:
    """The commands that install the Docker engine with BuildKit; `apt_sources` is the text of the machine's apt sources.

    Debian 12 has an old engine and no buildx: there, three packages come from Debian 13 and nothing else does, because
    its priority is below that of an installed package. Raises SetupFailed, saying what to install, on other systems.
    """
    extra = ("ca-certificates", *(("apparmor",) if machine.needs_apparmor_parser else ()))
    if machine.is_debian and machine.major_version == _OLDEST_DEBIAN:
        mirror = mirror_of(apt_sources, machine.codename)
        return (
            write_file(ENGINE_SOURCES, _sources("trixie", mirror)),
            write_file(ENGINE_PREFERENCES, _preferences("trixie", ENGINE_PACKAGES)),
            *apt_install((*ENGINE_PACKAGES, *extra)),
        )
    if machine.is_debian and _at_least(machine, _DEBIAN_WITH_BUILDX):
        return apt_install((*ENGINE_PACKAGES, *extra))
    if machine.is_ubuntu and _at_least(machine, _OLDEST_UBUNTU):
        return apt_install(("docker.io", "docker-buildx", *extra))
    raise SetupFailed(
        f"no Docker engine answers, and on {machine.name} this toolkit does not install one",
        mend=engine_by_hand(machine),
    )


def buildx_installation(machine: Machine) -> tuple[Command, ...]:
    """The commands that add buildx to an engine that runs already, without touching the apt sources.

    Raises SetupFailed where the distribution itself has no such package.
    """
    has_package = (machine.is_debian and _at_least(machine, _DEBIAN_WITH_BUILDX)) or (
        machine.is_ubuntu and _at_least(machine, _OLDEST_UBUNTU)
    )
    if has_package:
        return apt_install(("docker-buildx",))
    raise SetupFailed(
        f"the Docker engine answers, but the CLI has no buildx, and {machine.name} has no package of it",
        mend="install the docker buildx plugin from where the engine came (docker-buildx-plugin at docs.docker.com)",
    )


def emulation_installation(machine: Machine) -> tuple[Command, ...]:
    """The commands that install QEMU's user emulation."""
    return _from_apt(machine, EMULATION_PACKAGES, "qemu-user-static")


def root_filesystem_installation(machine: Machine) -> tuple[Command, ...]:
    """The commands that install what makes a root filesystem from a Debian mirror."""
    return _from_apt(machine, ROOT_FILESYSTEM_PACKAGES, "mmdebstrap and debian-archive-keyring")


def engine_by_hand(machine: Machine) -> str:
    """What a person installs where this toolkit does not."""
    if machine.system == "Darwin":
        return "install Docker Desktop, colima or OrbStack, start it, and try again"
    for name in (machine.distribution, *machine.similar_to):
        if name in _ENGINE_ELSEWHERE:
            return _ENGINE_ELSEWHERE[name]
    return "install Docker 23 or later with buildx (https://docs.docker.com/engine/install/), start it, and try again"


def mirror_of(apt_sources: str, suite: str) -> str:
    """The mirror that `suite` comes from in apt sources of either format; the distribution's own where none is named."""
    one_line = re.search(
        rf"^deb\s+(?:\[[^]]*\]\s*)?(https?://\S+)\s+{re.escape(suite)}\s", apt_sources, re.MULTILINE
    )
    if one_line:
        return one_line.group(1).rstrip("/")
    for paragraph in re.split(r"\n\s*\n", apt_sources):
        fields: dict[str, str] = dict(re.findall(r"^([\w-]+):[ \t]*(.*)$", paragraph, re.MULTILINE))
        addresses = [word for word in fields.get("URIs", "").split() if re.match(r"https?://", word)]
        if addresses and suite in fields.get("Suites", "").split():
            return addresses[0].rstrip("/")
    return DEFAULT_DEBIAN_MIRROR


def read_apt_sources(folder: Path = Path("/etc/apt")) -> str:
    """The text of all apt sources of this machine, an empty line between two files."""
    files = [folder / "sources.list", *sorted(folder.glob("sources.list.d/*"))]
    readable = [path for path in files if path.suffix in {".list", ".sources"} and path.is_file()]
    return "\n\n".join(path.read_text(encoding="utf-8", errors="replace") for path in readable)


def _from_apt(machine: Machine, packages: Iterable[str], what: str) -> tuple[Command, ...]:
    if machine.is_debian or machine.is_ubuntu:
        return apt_install(packages)
    raise SetupFailed(
        f"{what}: on {machine.name} this toolkit does not install it", mend=f"install {what} and try again"
    )


def _at_least(machine: Machine, oldest: int) -> bool:
    """Debian testing and unstable name no version: they are newer than any that does."""
    return machine.major_version is None or machine.major_version >= oldest


def _sources(suite: str, mirror: str) -> str:
    return (
        f"Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    )


def _preferences(suite: str, packages: Iterable[str]) -> str:
    return (
        f"Package: *\nPin: release n={suite}\nPin-Priority: 100\n\n"
        f"Package: {' '.join(packages)}\nPin: release n={suite}\nPin-Priority: 700\n"
    )
