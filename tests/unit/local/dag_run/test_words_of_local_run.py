"""What is wrong in the words of `local run` is said before anything is started."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airflow_ecs_image.cli import run
from airflow_ecs_image.errors import DagNotFound, SpecError


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "a.py").write_text("# a DAG of Airflow\n")
    # No engine answers: what would start anything fails in another way.
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "error", "text"),
    [
        (["--conf", "{"], SpecError, "--conf: '{' is not a JSON object"),
        (["--conf", "[1]"], SpecError, "--conf: '[1]' is not a JSON object"),
        (["--timeline", "picture.png"], SpecError, "--timeline: 'picture.png' is neither a picture nor data"),
        (["--timeline", "none/picture.svg"], SpecError, "--timeline: there is no folder"),
        (["--timeout", "0"], SpecError, "--timeout"),
    ],
)
def test_a_wrong_option(
    words: list[str], error: type[SpecError], text: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["local", "run", "a.py", *words, "-C", str(project)]) == error.exit_code
    assert text in capsys.readouterr().err


def test_a_file_that_does_not_exist(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["local", "run", "b.py", "-C", str(project), "--json"]) == DagNotFound.exit_code
    captured = capsys.readouterr()
    assert json.loads(captured.out)["error"]["type"] == "DagNotFound"
    assert "b.py: there is no such file" in captured.err
