"""The hash that stands for all files of a DAG folder."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from airflow_ecs_image.context import DagFiles, collect_dag_files

Write = Callable[[Mapping[str, str | bytes]], Path]
DAGS = {"dags/a.py": "import airflow", "dags/sub/b.py": "", "dags/sub/data.csv": "1,2"}


def collect(directory: Path, path: str = "dags") -> DagFiles:
    return collect_dag_files(directory, path, airflow_major=3)


def test_it_does_not_change_with_times_modes_order_or_place(write: Write, tmp_path: Path) -> None:
    directory = write(DAGS)
    before = collect(directory).content_hash
    for number, name in enumerate(DAGS):
        os.utime(directory / name, (number, number))
        (directory / name).chmod(0o600 + 0o11 * number)
    assert collect(directory).content_hash == before
    other = tmp_path / "other"
    for name in reversed(DAGS):
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(directory / name, other / name)
    (other / "dags").rename(other / "renamed")
    assert collect(other, "renamed").content_hash == before


def test_what_does_not_go_in_does_not_change_it(write: Write) -> None:
    before = collect(write(DAGS)).content_hash
    assert collect(write({"dags/.env": "x", "dags/__pycache__/a.pyc": "y"})).content_hash == before


@pytest.mark.parametrize(
    "change",
    [
        {"dags/a.py": "import airflow\n"},
        {"dags/a.py": ""},
        {"dags/new.py": ""},
        {"dags/sub/data.csv": b"1,2\0"},
        {"dags/sub/b.py": "import airflow", "dags/a.py": ""},
    ],
)
def test_any_change_of_a_file_changes_it(write: Write, change: dict[str, str]) -> None:
    before = collect(write(DAGS)).content_hash
    assert collect(write(change)).content_hash != before


def test_a_new_name_or_a_file_less_changes_it(write: Write) -> None:
    directory = write(DAGS)
    before = collect(directory).content_hash
    (directory / "dags/a.py").rename(directory / "dags/A.py")
    renamed = collect(directory).content_hash
    (directory / "dags/A.py").unlink()
    assert len({before, renamed, collect(directory).content_hash}) == 3


def test_it_is_a_sha256_of_names_and_contents(write: Write) -> None:
    found = collect(write({"dags/a.py": ""}))
    line = f"a.py\0{hashlib.sha256(b'').hexdigest()}\n"
    assert found.content_hash == hashlib.sha256(line.encode()).hexdigest()
