"""Which commands install a prerequisite on which system."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflow_ecs_image.errors import SetupFailed
from airflow_ecs_image.setup.machine import Machine, machine_from, parse_os_release
from airflow_ecs_image.setup.packages import (
    ENGINE_PREFERENCES,
    ENGINE_SOURCES,
    buildx_installation,
    emulation_installation,
    engine_installation,
    mirror_of,
    read_apt_sources,
    root_filesystem_installation,
)

DEBIAN_12 = """\
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
"""
DEBIAN_13 = DEBIAN_12.replace("12", "13").replace("bookworm", "trixie")
DEBIAN_11 = DEBIAN_12.replace("12", "11").replace("bookworm", "bullseye")
DEBIAN_TESTING = 'PRETTY_NAME="Debian GNU/Linux forky/sid"\nVERSION_CODENAME=forky\nID=debian\n'
UBUNTU_24 = 'PRETTY_NAME="Ubuntu 24.04.2 LTS"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n'
UBUNTU_22 = UBUNTU_24.replace("24.04.2", "22.04.5").replace("24.04", "22.04")
UBUNTU_20 = UBUNTU_24.replace("24.04.2", "20.04.6").replace("24.04", "20.04")
MINT_22 = 'PRETTY_NAME="Linux Mint 22"\nVERSION_ID="22"\nID=linuxmint\nID_LIKE="ubuntu debian"\n'
FEDORA = "NAME='Fedora Linux'\nPRETTY_NAME='Fedora Linux 42'\nID=fedora\nVERSION_ID=42\n"
ROCKY = 'PRETTY_NAME="Rocky Linux 9.5"\nID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.5"\n'

SOURCES_OF_ONE_LINE_EACH = """\
# a comment
deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] http://mirror.example/debian/ bookworm main
deb http://security.example/debian-security bookworm-security main
"""
SOURCES_OF_PARAGRAPHS = """\
Types: deb
# a comment
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
URIs: https://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""


def linux(os_release: str, *, needs_apparmor_parser: bool = False) -> Machine:
    return machine_from("Linux", "x86_64", os_release, needs_apparmor_parser=needs_apparmor_parser)


def packages(machine: Machine) -> list[str]:
    last = engine_installation(machine, "")[-1].arguments
    return [word for word in last[last.index("install") + 1 :] if not word.startswith("--")]


def test_os_release_is_read_as_the_shell_would() -> None:
    values = parse_os_release("# x\n\nNAME='Fedora Linux'\nID=\"fedora\"\nVERSION_ID=42\nHOME_URL=\n")
    assert values == {"NAME": "Fedora Linux", "ID": "fedora", "VERSION_ID": "42", "HOME_URL": ""}


@pytest.mark.parametrize(
    ("processor", "architecture"),
    [
        ("x86_64", "amd64"),
        ("aarch64", "arm64"),
        ("arm64", "arm64"),
        ("AMD64", "amd64"),
        ("riscv64", "riscv64"),
    ],
)
def test_architecture_has_the_name_that_docker_uses(processor: str, architecture: str) -> None:
    assert machine_from("Linux", processor, DEBIAN_13).architecture == architecture


def test_debian_12_takes_three_packages_of_debian_13_and_nothing_else() -> None:
    sources, preferences, update, install = engine_installation(linux(DEBIAN_12), SOURCES_OF_PARAGRAPHS)
    assert sources.arguments == ("tee", ENGINE_SOURCES)
    assert sources.stdin is not None
    assert "URIs: https://mirror.example/debian\nSuites: trixie\nComponents: main\n" in sources.stdin
    assert preferences.arguments == ("tee", ENGINE_PREFERENCES)
    assert preferences.stdin == (
        "Package: *\nPin: release n=trixie\nPin-Priority: 100\n\n"
        "Package: docker.io docker-cli docker-buildx\nPin: release n=trixie\nPin-Priority: 700\n"
    )
    assert update.arguments[:2] == ("apt-get", "update")
    assert {"docker.io", "docker-cli", "docker-buildx"} < set(install.arguments)


@pytest.mark.parametrize("os_release", [DEBIAN_13, DEBIAN_TESTING])
def test_newer_debian_uses_its_own_packages(os_release: str) -> None:
    assert packages(linux(os_release)) == ["docker.io", "docker-cli", "docker-buildx", "ca-certificates"]
    assert not any(command.stdin for command in engine_installation(linux(os_release), ""))


@pytest.mark.parametrize("os_release", [UBUNTU_22, UBUNTU_24, MINT_22])
def test_ubuntu_uses_its_own_packages(os_release: str) -> None:
    assert packages(linux(os_release)) == ["docker.io", "docker-buildx", "ca-certificates"]
    assert not any(command.stdin for command in engine_installation(linux(os_release), ""))


def test_apparmor_parser_comes_along_where_the_kernel_asks_for_it() -> None:
    assert packages(linux(DEBIAN_13, needs_apparmor_parser=True))[-1] == "apparmor"


@pytest.mark.parametrize(
    ("machine", "mend"),
    [
        (linux(FEDORA), "dnf install moby-engine"),
        (linux(ROCKY), "dnf install moby-engine"),
        (linux(DEBIAN_11), "docs.docker.com/engine/install"),
        (linux(UBUNTU_20), "docs.docker.com/engine/install"),
        (linux(""), "docs.docker.com/engine/install"),
        (machine_from("Darwin", "arm64", ""), "Docker Desktop"),
    ],
)
def test_elsewhere_it_says_what_to_install(machine: Machine, mend: str) -> None:
    with pytest.raises(SetupFailed) as failed:
        engine_installation(machine, "")
    assert machine.name in failed.value.message
    assert mend in (failed.value.mend or "")


def test_buildx_alone_never_touches_the_apt_sources() -> None:
    assert not any(command.stdin for command in buildx_installation(linux(UBUNTU_24)))
    with pytest.raises(SetupFailed, match="has no package of it"):
        buildx_installation(linux(DEBIAN_12))


def test_emulation_and_root_filesystem_come_from_apt_or_are_named() -> None:
    assert "qemu-user-static" in emulation_installation(linux(DEBIAN_12))[-1].arguments
    assert "mmdebstrap" in root_filesystem_installation(linux(UBUNTU_22))[-1].arguments
    with pytest.raises(SetupFailed, match="Fedora Linux 42") as failed:
        root_filesystem_installation(linux(FEDORA))
    assert failed.value.mend == "install mmdebstrap and debian-archive-keyring and try again"


@pytest.mark.parametrize(
    ("sources", "mirror"),
    [
        (SOURCES_OF_ONE_LINE_EACH, "http://mirror.example/debian"),
        (SOURCES_OF_PARAGRAPHS, "https://mirror.example/debian"),
        (SOURCES_OF_ONE_LINE_EACH.replace("bookworm", "trixie"), "http://deb.debian.org/debian"),
        ("Types: deb\nURIs: mirror+file:///etc/apt/list\nSuites: bookworm\n", "http://deb.debian.org/debian"),
        ("", "http://deb.debian.org/debian"),
    ],
)
def test_the_mirror_is_the_one_that_the_machine_uses(sources: str, mirror: str) -> None:
    assert mirror_of(sources, "bookworm") == mirror


def test_apt_sources_of_both_formats_are_read(tmp_path: Path) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text("deb http://one.example/debian bookworm main\n")
    (tmp_path / "sources.list.d/two.sources").write_text(
        "Types: deb\nURIs: http://two.example/\nSuites: sid\n"
    )
    (tmp_path / "sources.list.d/three.bak").write_text("deb http://three.example/debian trixie main\n")
    text = read_apt_sources(tmp_path)
    assert mirror_of(text, "bookworm") == "http://one.example/debian"
    assert mirror_of(text, "sid") == "http://two.example"
    assert "three" not in text
