"""`check`, `doctor` and `setup`: what they pass on and how they end; their work needs an engine or a machine."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image import checks, setup
from airflow_ecs_image.checks import CheckResult, Expectations, Report, Status
from airflow_ecs_image.cli import run
from airflow_ecs_image.cli.setup import COMPONENTS
from airflow_ecs_image.setup import Component, Prerequisite, State


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Stands for the checks of an image and records what they are asked for; `status` decides how they end."""
    seen: dict[str, Any] = {"status": "passed"}

    def run_checks(image: str, **arguments: Any) -> Report:
        seen.update(arguments, image=image)
        status: Status = seen["status"]
        result = CheckResult("user", "User", status, "uid 50000", None, 0.1, {})
        return Report(image, "sha256:0", "linux/amd64", emulated=False, results=(result,), seconds=0.1)

    monkeypatch.setattr(checks, "run_checks", run_checks)
    return seen


def test_check_expects_what_the_options_say(checked: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "image.toml").write_text('airflow_version = "2.11.2"\n')
    options = ["--airflow-version", "3.2.0", "--python-version", "3.12", "--platform", "linux/arm64"]
    assert (
        run(
            ["check", "-C", str(tmp_path), *options, "--skip", "user,signals", "--skip", "dag_imports", "x:1"]
        )
        == 0
    )
    assert checked["image"] == "x:1"
    assert checked["expectations"] == Expectations("3.2.0", "3.12", "linux/arm64")
    assert checked["skip"] == ["user", "signals", "dag_imports"]


def test_check_expects_what_image_toml_says(checked: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "image.toml").write_text('airflow_version = "2.11.2"\nplatform = ["linux/arm64"]\n')
    assert run(["check", "-C", str(tmp_path), "x:1"]) == 0
    assert checked["expectations"] == Expectations("2.11.2", None, "linux/arm64")


def test_check_expects_no_default_of_an_image_built_elsewhere(
    checked: dict[str, Any], tmp_path: Path
) -> None:
    assert run(["check", "-C", str(tmp_path), "x:1"]) == 0
    assert checked["expectations"] == Expectations()
    (tmp_path / "image.toml").write_text('platform = ["linux/amd64", "linux/arm64"]\n')
    assert run(["check", "-C", str(tmp_path), "x:1"]) == 0
    assert checked["expectations"] == Expectations()


@pytest.mark.parametrize(("status", "code"), [("passed", 0), ("warned", 0), ("skipped", 0), ("failed", 8)])
def test_check_ends_as_the_report_says(
    status: str, code: int, checked: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checked["status"] = status
    assert run(["check", "--json", "-C", str(tmp_path), "--junit", "report.xml", "x:1"]) == code
    assert json.loads(capsys.readouterr().out)["passed"] is (code == 0)
    assert (tmp_path / "report.xml").read_text().startswith("<?xml")


def test_a_report_that_cannot_be_written(
    checked: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", "-C", str(tmp_path), "--junit", "no/such/folder.xml", "x:1"]) == 1
    assert "no/such/folder.xml: No such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize(("state", "code"), [(State.OK, 0), (State.WARNING, 0), (State.MISSING, 13)])
def test_doctor_ends_as_the_machine_stands(
    state: State,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mirrors: list[str] = []

    def doctor(_: object, *, debian_mirror: str) -> list[Prerequisite]:
        mirrors.append(debian_mirror)
        return [Prerequisite("engine", state, "what was found", "how to mend it")]

    monkeypatch.setattr(setup, "doctor", doctor)
    assert run(["doctor", "-C", str(tmp_path)]) == code
    words = capsys.readouterr().out
    assert all(each in words for each in ("engine", state.value, "what was found", "how to mend it"))
    assert run(["doctor", "-C", str(tmp_path), "--json", "--debian-mirror", "http://mirror/debian"]) == code
    document = json.loads(capsys.readouterr().out)
    assert document == {
        "ready": code == 0,
        "prerequisites": [
            {"name": "engine", "state": state.value, "detail": "what was found", "mend": "how to mend it"}
        ],
    }
    assert mirrors == ["http://deb.debian.org/debian", "http://mirror/debian"]


def test_setup_knows_every_component() -> None:
    assert {component.value for component in Component} == set(COMPONENTS)


@pytest.mark.parametrize(
    ("arguments", "components", "assume_yes"),
    [
        (["engine"], {"engine"}, False),
        (["all", "--yes"], {"engine", "emulation", "root-filesystem"}, True),
        (["emulation", "engine", "-y"], {"engine", "emulation"}, True),
        (["--base", "official"], {"engine"}, False),
        (["--base", "source"], {"engine", "root-filesystem"}, False),
        (["--base", "official", "--platform", "linux/amd64,linux/arm64"], {"engine", "emulation"}, False),
    ],
)
def test_setup_installs_what_is_asked_for_or_needed(
    arguments: list[str],
    components: set[str],
    assume_yes: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked: dict[str, Any] = {}

    def install(what: Collection[str], **arguments: Any) -> None:
        asked.update(arguments, what=set(what))

    native = {"linux/amd64"}
    monkeypatch.setattr(setup, "install", install)
    monkeypatch.setattr(
        "airflow_ecs_image.setup.installation.needs_emulation",
        lambda platforms, _: bool(set(platforms) - native),
    )
    assert run(["setup", "--json", "-C", str(tmp_path), *arguments]) == 0
    assert (asked["what"], asked["assume_yes"]) == (components, assume_yes)
    assert set(json.loads(capsys.readouterr().out)["ready"]) == components
