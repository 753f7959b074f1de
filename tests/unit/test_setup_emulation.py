"""How the other processor's programs are registered with the kernel."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflow_ecs_image.setup.emulation import (
    foreign_architecture,
    interpreter_for,
    is_registered,
    needs_emulation,
    registration,
)
from airflow_ecs_image.setup.installation import Component, components_for
from airflow_ecs_image.setup.machine import Machine

AMD64 = Machine("Linux", "amd64", "Debian GNU/Linux 13 (trixie)", "debian", version="13")
ARM64 = Machine("Linux", "arm64", "Debian GNU/Linux 13 (trixie)", "debian", version="13")

ENTRY = (
    "{state}\ninterpreter /usr/bin/qemu-aarch64\nflags: {flags}\noffset 0\nmagic 7f454c46\nmask ffffffff\n"
)


@pytest.mark.parametrize(
    ("platforms", "machine", "needed"),
    [
        (("linux/amd64",), AMD64, False),
        (("linux/arm64",), AMD64, True),
        (("linux/amd64", "linux/arm64"), AMD64, True),
        (("linux/arm64",), ARM64, False),
        (("linux/amd64",), ARM64, True),
    ],
)
def test_only_a_foreign_platform_needs_emulation(
    platforms: tuple[str, ...], machine: Machine, needed: bool
) -> None:
    assert needs_emulation(platforms, machine) is needed
    assert (Component.EMULATION in components_for(platforms, "official", machine)) is needed


def test_the_foreign_architecture_is_the_other_one() -> None:
    assert (foreign_architecture(AMD64), foreign_architecture(ARM64)) == ("arm64", "amd64")


@pytest.mark.parametrize(
    ("base", "needed"),
    [("auto", True), ("source", True), ("official", False), ("registry.example/airflow:3", False)],
)
def test_a_base_from_a_registry_needs_no_root_filesystem_tools(base: str, needed: bool) -> None:
    assert (Component.ROOT_FILESYSTEM in components_for(("linux/amd64",), base, AMD64)) is needed


@pytest.mark.parametrize(("architecture", "machine_number"), [("arm64", "b7"), ("amd64", "3e")])
def test_registration_matches_a_64_bit_little_endian_program_of_that_machine(
    architecture: str, machine_number: str
) -> None:
    _, name, kind, offset, magic, mask, interpreter, flags = registration(
        architecture, "/usr/bin/qemu"
    ).split(":")
    assert name == {"arm64": "qemu-aarch64", "amd64": "qemu-x86_64"}[architecture]
    assert (kind, offset, interpreter) == ("M", "", "/usr/bin/qemu")
    assert magic.encode().decode("unicode_escape").encode("latin-1") == bytes.fromhex(
        f"7f454c46020101000000000000000000 0200 {machine_number}00"
    )
    assert len(mask) == len(r"\xff") * 20
    assert "F" in flags


@pytest.mark.parametrize(
    ("state", "flags", "registered"),
    [("enabled", "POF", True), ("enabled", "F", True), ("enabled", "OC", False), ("disabled", "POF", False)],
)
def test_an_entry_counts_when_enabled_and_open_in_containers(
    tmp_path: Path, state: str, flags: str, registered: bool
) -> None:
    (tmp_path / "qemu-aarch64").write_text(ENTRY.format(state=state, flags=flags))
    assert is_registered("arm64", tmp_path) is registered
    assert not is_registered("amd64", tmp_path)


def test_the_interpreter_is_found_where_distributions_put_it(tmp_path: Path) -> None:
    assert interpreter_for("arm64", tmp_path) is None
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/qemu-aarch64-static").touch()
    assert interpreter_for("arm64", tmp_path) == "/usr/bin/qemu-aarch64-static"
    (tmp_path / "usr/libexec/qemu-binfmt").mkdir(parents=True)
    (tmp_path / "usr/libexec/qemu-binfmt/aarch64-binfmt-P").touch()
    assert interpreter_for("arm64", tmp_path) == "/usr/libexec/qemu-binfmt/aarch64-binfmt-P"
