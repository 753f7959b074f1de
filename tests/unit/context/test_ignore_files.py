"""Ignore files, compared with what Docker and Airflow themselves left out (tests/unit/data)."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from airflow_ecs_image.context.airflowignore import airflowignore
from airflow_ecs_image.context.dockerignore import dockerignore
from airflow_ecs_image.errors import DagFolderError

DATA = Path(__file__).resolve().parents[1] / "data"
DOCKER: dict[str, Any] = json.loads((DATA / "dockerignore.json").read_text(encoding="utf-8"))
AIRFLOW: dict[str, Any] = json.loads((DATA / "airflowignore.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "left_out"), DOCKER["cases"], ids=lambda value: ascii(value)[:40])
def test_dockerignore_leaves_out_what_docker_leaves_out(
    tmp_path: Path, text: str, left_out: list[str] | None
) -> None:
    (tmp_path / ".dockerignore").write_text(text, encoding="utf-8", newline="")
    if left_out is None:
        with pytest.raises(DagFolderError, match=r"\.dockerignore, line 1: .* is not a pattern"):
            dockerignore(tmp_path)
        return
    named = dockerignore(tmp_path)
    assert sorted(file for file in DOCKER["files"] if named(PurePosixPath(file))) == left_out


def test_without_a_dockerignore_nothing_is_left_out(tmp_path: Path) -> None:
    assert not dockerignore(tmp_path)(PurePosixPath("a.py"))
    (tmp_path / ".dockerignore").mkdir()
    assert not dockerignore(tmp_path)(PurePosixPath("a.py"))


def test_a_dockerignore_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_bytes(b"\xff\n")
    with pytest.raises(DagFolderError, match="it is not UTF-8 text"):
        dockerignore(tmp_path)


@pytest.mark.parametrize(
    ("major", "ignore_files", "left_out"),
    [(int(major), *case) for major in ("3", "2") for case in AIRFLOW[major]],
    ids=lambda value: ascii(value)[:40],
)
def test_airflowignore_names_what_airflow_leaves_out(
    tmp_path: Path, major: int, ignore_files: dict[str, str], left_out: list[str]
) -> None:
    files = [PurePosixPath(file) for file in AIRFLOW["files"]]
    for place, text in ignore_files.items():
        (tmp_path / place).mkdir(exist_ok=True)
        (tmp_path / place / ".airflowignore").write_text(text)
        files.append(PurePosixPath(place, ".airflowignore"))
    named = airflowignore(tmp_path, files, major)
    assert sorted(file for file in AIRFLOW["files"] if named(PurePosixPath(file))) == left_out


def test_an_airflowignore_that_does_not_go_in_does_not_count(tmp_path: Path) -> None:
    (tmp_path / ".airflowignore").write_text("*")
    assert not airflowignore(tmp_path, [PurePosixPath("a.py")], 3)(PurePosixPath("a.py"))
