"""Debian's root filesystem from the mirror, made by a mmdebstrap that only says how it was called."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from airflow_ecs_image.bases import root_filesystem
from airflow_ecs_image.bases.root_filesystem import ensure_from_mirror, mirror_reference
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import images
from airflow_ecs_image.errors import SetupFailed

MIRROR = "http://mirror.example.com/debian"
Program = Callable[[str], Path]


class FakeEngine:
    """An engine on an arm64 machine."""

    def architecture(self) -> str:
        return "arm64"


@pytest.fixture
def imported(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, bytes]]:
    """The images that were imported: reference, platform, content; none is there at first."""
    made: list[tuple[str, str, bytes]] = []

    def import_root_filesystem(archive: Path, reference: str, platform: str, **_labels: object) -> None:
        made.append((reference, platform, archive.read_bytes()))

    monkeypatch.setattr(root_filesystem, "Engine", FakeEngine)
    monkeypatch.setattr(images, "import_root_filesystem", import_root_filesystem)
    monkeypatch.setattr(images, "exists", lambda name: any(name == reference for reference, _, _ in made))
    return made


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Put a mmdebstrap on PATH; its last arguments are the suite, the archive and three sources."""

    def write(text: str) -> Path:
        path = tmp_path / "mmdebstrap"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        return path

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return write


def make(stream: io.StringIO | None = None) -> str:
    return ensure_from_mirror("trixie", MIRROR, Console(stream=stream or io.StringIO()))


def test_the_name_says_suite_and_architecture() -> None:
    assert mirror_reference("trixie", "amd64") == "airflow-ecs-image/root-filesystem:trixie-amd64"


def test_it_is_made_once(program: Program, imported: list[tuple[str, str, bytes]], tmp_path: Path) -> None:
    program(
        'printf "%s\\n" "$@" >"$(dirname "$0")/called"\n'
        'for word in "$@"; do case "$word" in *.tar) echo root >"$word" ;; esac; done'
    )
    said = io.StringIO()
    assert make(said) == "airflow-ecs-image/root-filesystem:trixie-arm64"
    assert imported == [("airflow-ecs-image/root-filesystem:trixie-arm64", "linux/arm64", b"root\n")]
    called = (tmp_path / "called").read_text().splitlines()
    assert called[:3] == ["--variant=apt", "--include=ca-certificates", "--architectures=arm64"]
    assert called[-5] == "trixie"
    assert called[-3:] == [
        f"deb {MIRROR} trixie main",
        f"deb {MIRROR} trixie-updates main",
        f"deb {MIRROR}-security trixie-security main",
    ]
    assert "Root filesystem of Debian trixie from http://mirror.example.com/debian" in said.getvalue()
    make()
    assert len(imported) == 1
    assert not list(tmp_path.glob("airflow-ecs-image-*"))


def test_a_failure_keeps_the_lines_that_say_why(
    program: Program, imported: list[tuple[str, str, bytes]]
) -> None:
    program(
        "echo I: running apt-get update >&2; echo 'E: no such host' >&2; echo I: cleaning up >&2; exit 25"
    )
    with pytest.raises(SetupFailed, match=f"Debian trixie could not be made from {MIRROR}") as failure:
        make()
    assert failure.value.details == ("E: no such host",)
    assert "--debian-mirror" in str(failure.value.mend)
    assert imported == []


def test_a_mirror_that_never_answers_is_given_up(
    program: Program, imported: list[tuple[str, str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    program("exec sleep 30")
    monkeypatch.setattr(root_filesystem, "_MINUTES_20", 0.2)
    with pytest.raises(SetupFailed, match="was not there after"):
        make()
    assert imported == []


def test_without_the_program_the_mend_installs_it(
    tmp_path: Path, imported: list[tuple[str, str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupFailed, match="mmdebstrap is missing") as failure:
        make()
    assert failure.value.mend == "python build.py setup root-filesystem"
    assert imported == []
