"""The build context: what it holds, under which names, and that it is gone afterwards."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from airflow_ecs_image.context import build_context, collect_dag_files
from airflow_ecs_image.errors import DagFolderError, DiskFull
from airflow_ecs_image.spec import ImageSpec

Write = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, which is empty."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def spec(**fields: str) -> ImageSpec:
    """One whose context has the DAG files as a folder, which is what a template of the user's sees."""
    return ImageSpec.model_validate({"template": "own.j2", **fields})


def held(context: Path) -> dict[str, bytes]:
    return {
        path.relative_to(context).as_posix(): path.read_bytes()
        for path in sorted(context.rglob("*"))
        if path.is_file()
    }


def test_it_holds_the_dag_files_and_the_requirements_and_nothing_else(write: Write, temporary: Path) -> None:
    directory = write(
        {
            "dags/a.py": "a",
            "dags/sub/b.csv": b"\0\xff",
            "dags/.env": "x",
            "requirements.txt": "r",
            "image.toml": "",
        }
    )
    dag_files = collect_dag_files(directory, "dags", airflow_major=3)
    with build_context(spec(requirements_path="requirements.txt"), directory, dag_files) as context:
        assert held(context) == {"dags/a.py": b"a", "dags/sub/b.csv": b"\0\xff", "requirements.txt": b"r"}
    assert list(temporary.iterdir()) == []


def test_names_with_spaces_and_signs_arrive(write: Write) -> None:
    paths = {"our dags/$x (1)/a b.py": "a", "our dags/ü'\".py": "", "require ments/my $file.txt": "r"}
    directory = write(paths)
    dag_files = collect_dag_files(directory, "our dags", airflow_major=3)
    wanted = spec(host_dag_path="our dags", requirements_path="require ments/my $file.txt")
    with build_context(wanted, directory, dag_files) as context:
        assert set(held(context)) == set(paths)


def test_without_dags_and_requirements_it_is_empty(tmp_path: Path) -> None:
    with build_context(spec(), tmp_path, None) as context:
        assert list(context.iterdir()) == []


def test_modes_and_times_of_the_checkout_do_not_matter(write: Write) -> None:
    directory = write({"dags/a.py": "a", "dags/run.sh": "b"})
    (directory / "dags/a.py").chmod(0o600)
    (directory / "dags/run.sh").chmod(0o700)
    with build_context(spec(), directory, collect_dag_files(directory, "dags", airflow_major=3)) as context:
        modes = {path.name: path.stat().st_mode & 0o777 for path in (context / "dags").iterdir()}
    assert modes == {"a.py": 0o644, "run.sh": 0o755}


def test_links_arrive_as_files(write: Write) -> None:
    directory = write({"dags/a.py": "a", "shared.txt": "r"})
    (directory / "dags/b.py").symlink_to("a.py")
    (directory / "requirements.txt").symlink_to("shared.txt")
    dag_files = collect_dag_files(directory, "dags", airflow_major=3)
    with build_context(spec(requirements_path="requirements.txt"), directory, dag_files) as context:
        assert held(context) == {"dags/a.py": b"a", "dags/b.py": b"a", "requirements.txt": b"r"}
        assert not any(path.is_symlink() for path in context.rglob("*"))


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit, OSError])
def test_it_is_gone_after_a_failure(write: Write, temporary: Path, failure: type[BaseException]) -> None:
    directory = write({"dags/a.py": "a"})
    dag_files = collect_dag_files(directory, "dags", airflow_major=3)
    with pytest.raises(failure), build_context(spec(), directory, dag_files):
        raise failure
    assert list(temporary.iterdir()) == []


def test_a_file_that_vanished_is_named_and_nothing_stays(write: Write, temporary: Path) -> None:
    directory = write({"dags/a.py": "a", "dags/b.py": "b"})
    dag_files = collect_dag_files(directory, "dags", airflow_major=3)
    (directory / "dags/b.py").unlink()
    with (
        pytest.raises(DagFolderError, match=r"dags/b\.py cannot be copied: No such file or directory"),
        build_context(spec(), directory, dag_files),
    ):
        pytest.fail("the context is not complete")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_as_such(
    write: Write, temporary: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    directory = write({"dags/a.py": "a"})
    dag_files = collect_dag_files(directory, "dags", airflow_major=3)
    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(DiskFull, match="no space left"), build_context(spec(), directory, dag_files):
        pytest.fail("the context is not complete")
    assert list(temporary.iterdir()) == []
