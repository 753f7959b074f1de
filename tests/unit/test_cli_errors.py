"""Every failure is one line with its mend, or one JSON document; never a traceback, never a credential."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

from airflow_ecs_image import errors
from airflow_ecs_image.cli import run

TOOLKIT = [sys.executable, "-m", "airflow_ecs_image"]


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let the work behind `build` fail that way."""

    def build_image(*_: Any, **__: Any) -> None:
        raise error

    module = ModuleType("airflow_ecs_image.build")
    module.__dict__["build_image"] = build_image
    monkeypatch.setitem(sys.modules, module.__name__, module)


def outcome(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, list[str]]:
    """Exit code, standard output, and the lines of standard error."""
    code = run(arguments)
    output = capsys.readouterr()
    assert "Traceback" not in output.err + output.out
    return code, output.out, output.err.splitlines()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["chekc"], "unknown verb chekc; did you mean check?"),
        (
            ["frobnicate"],
            "unknown verb frobnicate; the verbs are build, render, check, size, push, dags, ecs, local, init, doctor, setup",
        ),
        (["--platfrom", "x"], "unknown option --platfrom; did you mean --platform?"),
        (["--no-chek"], "unknown option --no-chek; did you mean --no-check?"),
        (["render", "--no-check"], "unknown option --no-check"),
        (["--qqqqqq"], "unknown option --qqqqqq"),
        (["check"], "IMAGE is missing"),
        (["check", "a", "b"], "got unexpected extra argument"),
        (["build", "x"], "got unexpected extra argument"),
        (["--tag"], "option '--tag' requires an argument"),
        (["-C", "/no/such/folder"], "--directory: directory '/no/such/folder' does not exist"),
        (["setup", "enigne"], "COMPONENT: 'enigne' is not one of 'engine', 'emulation'"),
        (["dags", "pusj"], "unknown sub-verb dags pusj; did you mean push?"),
        (["dags", "x"], "unknown sub-verb dags x; they are pack, push, list, prune, rollback"),
        (["-C", ".", "dags", "frobnicate"], "unknown sub-verb dags frobnicate; they are pack"),
        (["dags", "--keep", "3"], "unknown option --keep"),
        (["dags", "push", "--kepe", "3"], "unknown option --kepe; did you mean --keep?"),
        (["dags", "push"], "LOCATION is missing"),
        (["dags", "push", "s3://bucket", "--keep", "1"], "--keep: 1 is not in the range x>=2"),
        (["dags", "prune", "s3://bucket"], "--keep is missing"),
        (["build", "--json=yes"], "option '--json' does not take a value"),
    ],
)
def test_a_wrong_command_line_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    code, out, lines = outcome(capsys, *arguments)
    assert (code, out) == (2, "")
    assert lines[0].startswith(f"error: {line}")
    assert lines[1].endswith(" --help")
    assert len(lines) == 2


def test_a_wrong_value(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, lines = outcome(capsys, "-C", str(tmp_path), "--airflow-version", "9.9.9")
    assert (code, out) == (2, "")
    assert lines[0].startswith("error: airflow_version: '9.9.9' (--airflow-version) — ")
    assert len(lines) == 1


def test_several_wrong_values(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, _, lines = outcome(capsys, "-C", str(tmp_path), "--tag", "A", "--s3-uri", "x", "--base", "A")
    assert lines[0] == "error: 3 values of the image spec are wrong"
    assert sorted(line.split()[1] for line in lines[1:]) == ["base:", "s3_uri:", "tag:"]


def test_credentials(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, lines = outcome(capsys, "-C", str(tmp_path), "--aws-secret-access-key", "canary")
    assert code == 12
    assert "task role" in "".join(lines)
    assert "--bake-credentials" in lines[-1]
    assert "canary" not in "".join(lines)


@pytest.mark.parametrize(
    "kind",
    [
        errors.EngineUnavailable, errors.BaseUnavailable, errors.BaseMismatch, errors.BuildFailed,
        errors.RequirementsConflict, errors.CheckFailed, errors.DiskFull, errors.PlatformUnavailable,
        errors.DagFolderError, errors.SetupFailed, errors.ImageNotFound, errors.Interrupted,
    ],
)  # fmt: skip
def test_each_failure_has_its_exit_code(
    kind: type[errors.ToolkitError],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    failing(monkeypatch, kind("it broke", mend="mend it", details=("last line",)))
    code, out, lines = outcome(capsys, "-C", str(tmp_path))
    assert (code, out) == (kind.exit_code, "")
    assert lines[0] == "error: it broke"
    assert "last line" in lines[1]
    assert lines[2].endswith("mend it")


def test_json_mode_prints_one_document(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    failing(monkeypatch, errors.BuildFailed("it broke", mend="mend it", details=("last line",)))
    code, out, lines = outcome(capsys, "--json", "-C", str(tmp_path))
    assert json.loads(out) == {
        "error": {
            "type": "BuildFailed",
            "message": "it broke",
            "mend": "mend it",
            "exit_code": 6,
            "details": ["last line"],
        }
    }
    assert code == 6
    assert lines[0] == "error: it broke"


@pytest.mark.parametrize("arguments", [["--nope"], ["nope"], ["check"]])
def test_json_mode_holds_for_a_wrong_command_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    code, out, _ = outcome(capsys, *arguments, "--json")
    document = json.loads(out)["error"]
    assert (code, document["exit_code"], document["type"]) == (2, 2, "UsageWrong")


def test_json_mode_shows_no_credential(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = outcome(capsys, "--json", "-C", str(tmp_path), "--aws-session-token", "canary")
    assert (code, json.loads(out)["error"]["type"]) == (12, "CredentialsRefused")
    assert "canary" not in out


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_ctrl_c(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    failing(monkeypatch, error)
    assert outcome(capsys, "-C", str(tmp_path)) == (130, "", ["error: interrupted"])


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x"), 9, "/x: no space is left on the device"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), 1, "/x: Permission denied"),
    ],
)
def test_the_file_system_says_no(
    error: OSError,
    code: int,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    failing(monkeypatch, error)
    got, _, lines = outcome(capsys, "-C", str(tmp_path))
    assert (got, lines[0]) == (code, f"error: {line}")


def test_a_mistake_of_ours_says_where_and_not_what(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    failing(monkeypatch, ValueError("canary"))
    code, out, lines = outcome(capsys, "-C", str(tmp_path))
    assert (code, out) == (1, "")
    assert lines[0].startswith("error: a mistake in the toolkit itself: ValueError in test_cli_errors.py:")
    assert "--debug" in lines[1]
    assert "canary" not in "".join(lines)


def test_debug_shows_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    failing(monkeypatch, errors.BuildFailed("it broke"))
    assert run(["--debug", "-C", str(tmp_path)]) == 6
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_that_goes_away_is_no_error() -> None:
    process = subprocess.Popen(
        f"{sys.executable} -m airflow_ecs_image --help | true; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        stderr=subprocess.PIPE,
        text=True,
    )
    _, words = process.communicate(timeout=30)
    assert words == ""
    assert process.returncode in (0, 141)


def test_as_a_process(tmp_path: Path) -> None:
    done = subprocess.run(
        [*TOOLKIT, "-C", tmp_path, "--container-dag-path", "/etc", "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["message"].startswith("container_dag_path: '/etc' ")
    assert "Traceback" not in done.stderr


def test_a_terminal_that_is_not_utf8(tmp_path: Path) -> None:
    done = subprocess.run(
        [*TOOLKIT, "-C", tmp_path, "--tag", "Ümlaut"],
        capture_output=True,
        check=False,
        timeout=30,
        env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: tag: ")
    assert b"Traceback" not in done.stderr
