"""`dags pack`: where it writes, what it says."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path

import pytest

from airflow_ecs_image.cli import run


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags/dag.py").write_text("import airflow\n")
    (tmp_path / "dags/.env").write_text("x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert run(["dags", "pack", "--json", *arguments]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_it_is_named_by_its_hash(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys)
    path = Path(str(found["archive"]))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert path == project / f"dags-{sha256}.tar.gz"
    assert found == {
        "archive": str(path),
        "name": path.name,
        "sha256": sha256,
        "bytes": path.stat().st_size,
        "unpacked_bytes": 15,
        "files": 1,
        "left_out": 1,
    }
    assert {each.name for each in project.iterdir()} == {"dags", path.name}


@pytest.mark.parametrize(
    ("output", "written"),
    [
        ("x.tar.gz", "x.tar.gz"),
        ("new/folder/x", "new/folder/x"),
        ("out", "out/{name}"),
        ("out/", "out/{name}"),
        ("fresh/", "fresh/{name}"),
    ],
)
def test_the_output_is_a_file_or_a_folder_of_the_working_directory(
    project: Path, capsys: pytest.CaptureFixture[str], output: str, written: str
) -> None:
    (project / "out").mkdir()
    found = document(capsys, "-C", str(project), "--output", output)
    path = project / written.format(name=found["name"])
    assert found["archive"] == str(path)
    assert path.is_file()
    assert not stat.S_IMODE(path.stat().st_mode) & 0o111
    assert not list(project.rglob(".*-*"))


def test_an_older_file_is_replaced(project: Path) -> None:
    (project / "x").write_text("older")
    assert run(["dags", "pack", "-o", "x"]) == 0
    assert (project / "x").read_bytes()[:2] == b"\x1f\x8b"


def test_an_archive_does_not_go_into_the_next_one(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dags", "pack", "-o", "dags"]) == 11
    error = capsys.readouterr().err
    assert "lies in the DAG folder" in error
    assert "--output" in error
    assert [path.name for path in (project / "dags").iterdir() if path.name != ".env"] == ["dag.py"]


def test_a_folder_that_is_missing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dags", "pack", "--host-dag-path", "flows"]) == 11
    assert "host_dag_path: 'flows' is no folder" in capsys.readouterr().err


def test_a_file_that_cannot_be_written(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dags", "pack", "-o", "dags/dag.py/x"]) in (1, 11)
    assert run(["dags", "pack", "-o", "/proc/x"]) == 1
    assert "Traceback" not in capsys.readouterr().err
