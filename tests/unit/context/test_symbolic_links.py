"""Symbolic links in a DAG folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from airflow_ecs_image.context import DagFiles, collect_dag_files
from airflow_ecs_image.errors import DagFolderError

Write = Callable[[Mapping[str, str | bytes]], Path]
DAGS = {"dags/a.py": "import airflow", "dags/sub/b.py": "", "dags/sub/data.csv": "1,2"}


def collect(directory: Path, path: str = "dags") -> DagFiles:
    return collect_dag_files(directory, path, airflow_major=3)


def names(found: DagFiles) -> list[str]:
    return [path.as_posix() for path in found.files]


def test_within_the_folder_they_are_files_of_their_own(write: Write) -> None:
    directory = write(DAGS)
    (directory / "dags/link.py").symlink_to("a.py")
    (directory / "dags/folder").symlink_to("sub")
    assert names(collect(directory)) == [
        "a.py", "folder/b.py", "folder/data.csv", "link.py", "sub/b.py", "sub/data.csv",
    ]  # fmt: skip


@pytest.mark.parametrize("target", ["../secret.txt", "/etc/hostname", "../outside", "/nowhere/at/all"])
def test_out_of_the_folder_they_are_refused(write: Write, target: str) -> None:
    directory = write({**DAGS, "secret.txt": "canary", "outside/x.py": ""})
    (directory / "dags/link").symlink_to(target)
    with pytest.raises(DagFolderError, match=r"link is a symbolic link to .*, outside the DAG folder"):
        collect(directory)


def test_out_of_the_folder_they_may_lead_where_they_are_left_out(write: Write) -> None:
    directory = write({**DAGS, "outside/x.py": "", ".dockerignore": "dags/link*\ndags/folder"})
    (directory / "dags/link.py").symlink_to("/etc/hostname")
    (directory / "dags/folder").symlink_to("../outside")
    (directory / "dags/.env").symlink_to("/etc/hostname")
    assert names(collect(directory)) == ["a.py", "sub/b.py", "sub/data.csv"]


def test_to_what_never_goes_in_they_are_refused(write: Write) -> None:
    directory = write({**DAGS, "dags/.env": "canary", "dags/.aws/credentials": ""})
    (directory / "dags/plain").symlink_to(".env")
    with pytest.raises(DagFolderError, match="which never goes into an image"):
        collect(directory)
    (directory / "dags/plain").unlink()
    (directory / "dags/plain").symlink_to(".aws")
    with pytest.raises(DagFolderError, match="which never goes into an image"):
        collect(directory)


@pytest.mark.parametrize("target", [".", "..", "../sub"])
def test_without_an_end_they_are_refused(write: Write, target: str) -> None:
    directory = write(DAGS)
    (directory / "dags/sub/loop").symlink_to(target)
    with pytest.raises(DagFolderError, match="loop is a symbolic link to a folder that it lies in"):
        collect(directory)


def test_two_that_lead_to_each_other_are_refused(write: Write) -> None:
    directory = write({"dags/a/x.py": "", "dags/b/y.py": ""})
    (directory / "dags/a/to_b").symlink_to("../b")
    (directory / "dags/b/to_a").symlink_to("../a")
    with pytest.raises(DagFolderError, match="is a symbolic link to a folder that it lies in"):
        collect(directory)


def test_without_a_target_they_are_passed_over(write: Write) -> None:
    directory = write(DAGS)
    (directory / "dags/.#a.py").symlink_to("someone@host.123:456")
    (directory / "dags/self").symlink_to("self")
    assert names(collect(directory)) == ["a.py", "sub/b.py", "sub/data.csv"]


def test_the_dag_folder_itself_may_be_one(write: Write) -> None:
    directory = write({"real/a.py": "", "real/sub/b.py": ""})
    (directory / "dags").symlink_to("real")
    assert names(collect(directory)) == ["a.py", "sub/b.py"]
