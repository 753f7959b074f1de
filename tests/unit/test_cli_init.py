"""`init`: everything or nothing, and never over a file that exists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airflow_ecs_image.cli import run
from airflow_ecs_image.resources import resource
from airflow_ecs_image.spec import ImageSpec, load_spec


def files(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): path.read_text() for path in directory.rglob("*") if path.is_file()
    }


def examples() -> dict[str, str]:
    folder = resource("dags_example")
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_a_new_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init"]) == 0
    assert {name for name in files(tmp_path) if name != "image.toml"} == {
        f"dags/{name}" for name in examples()
    }
    assert any("FARGATE-DAG" in text for text in examples().values())
    assert load_spec({}, {}, tmp_path) == ImageSpec()
    assert (tmp_path / "image.toml").stat().st_nlink == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "wrote image.toml"
    assert lines[-1].startswith("next: ")


def test_a_new_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "-C", str(tmp_path), "--json", "a/b"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["directory"] == str(tmp_path / "a/b")
    assert sorted(document["written"]) == sorted(files(tmp_path / "a/b"))


def test_a_second_time_it_refuses_and_names_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "image.toml").write_text("# mine\n")
    assert run(["init", "-C", str(tmp_path)]) == 2
    assert "image.toml exists" in capsys.readouterr().err
    assert files(tmp_path) == {"image.toml": "# mine\n"}
    assert [path.name for path in tmp_path.iterdir()] == ["image.toml"]


def test_dags_of_its_own_are_let_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "mine.py").write_text("# mine\n")
    assert run(["init", "-C", str(tmp_path)]) == 0
    assert files(tmp_path).keys() == {"image.toml", "dags/mine.py"}
    assert "no example DAG was added" in capsys.readouterr().out


def test_an_empty_dag_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "dags").mkdir()
    assert run(["init", "-C", str(tmp_path)]) == 0
    assert "dags/fargate_dag.py" in files(tmp_path)


def test_a_file_in_place_of_the_dag_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "dags").write_text("mine")
    assert run(["init", "-C", str(tmp_path)]) == 2
    assert "dags exists and is not a folder" in capsys.readouterr().err
    assert files(tmp_path) == {"dags": "mine"}


def test_nothing_is_left_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "dags")

    monkeypatch.setattr("shutil.copyfile", full)
    assert run(["init", "-C", str(tmp_path)]) == 9
    assert list(tmp_path.iterdir()) == []
    assert "no space is left" in capsys.readouterr().err
