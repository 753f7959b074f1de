"""Which files of a DAG folder go into the image, and the hash that stands for them."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from airflow_ecs_image.context import DagFiles, collect_dag_files
from airflow_ecs_image.errors import DagFolderError

Write = Callable[[Mapping[str, str | bytes]], Path]
DAGS = {"dags/a.py": "import airflow", "dags/sub/b.py": "", "dags/sub/data.csv": "1,2"}


def collect(directory: Path, path: str = "dags", major: int = 3) -> DagFiles:
    return collect_dag_files(directory, path, airflow_major=major)


def names(found: DagFiles) -> list[str]:
    return [path.as_posix() for path in found.files]


def test_every_file_of_the_folder_goes_in_sorted(write: Write) -> None:
    found = collect(write({**DAGS, "other.py": "", "dags/ü x.py": "", "dags/empty": ""}))
    assert names(found) == ["a.py", "empty", "sub/b.py", "sub/data.csv", "ü x.py"]
    assert found.left_out == 0
    assert found.folder.name == "dags"


def test_caches_version_control_and_secrets_never_go_in(write: Write) -> None:
    secrets = [
        ".env", ".env.local", ".envrc", "sub/.env", ".aws/credentials", "sub/.aws/config", ".ssh/id", ".netrc", ".pypirc",
        "server.pem", "sub/private.key", "id_rsa", "id_ed25519.pub", ".git/config", "sub/.git", ".hg/x", ".svn/x",
        "__pycache__/a.pyc", "a.pyc", "a.pyo", ".venv/lib/x.py", ".mypy_cache/x", ".pytest_cache/x", ".ruff_cache/x",
        ".DS_Store",
    ]  # fmt: skip
    found = collect(write({**DAGS, **{f"dags/{name}": "canary" for name in secrets}}))
    assert names(found) == ["a.py", "sub/b.py", "sub/data.csv"]
    assert found.left_out == len([name for name in secrets if "/" not in name or name.startswith("sub/")]) - 1


def test_names_that_only_look_like_secrets_go_in(write: Write) -> None:
    harmless = [
        "dags/environment.py",
        "dags/keys.py",
        "dags/monkey",
        "dags/git.py",
        "dags/aws/x.py",
        "dags/pem/x",
    ]
    assert len(collect(write(dict.fromkeys(harmless, ""))).files) == len(harmless)


def test_dockerignore_counts_from_the_working_directory(write: Write) -> None:
    directory = write({**DAGS, ".dockerignore": "a.py\ndags/sub\n!dags/sub/b.py\n**/*.md", "dags/x/r.md": ""})
    found = collect(directory)
    assert names(found) == ["a.py", "sub/b.py"]
    assert found.left_out == 2


def test_a_dockerignore_in_the_dag_folder_is_a_file_like_any_other(write: Write) -> None:
    assert names(collect(write({**DAGS, "dags/.dockerignore": "*"}))) == [
        ".dockerignore",
        "a.py",
        "sub/b.py",
        "sub/data.csv",
    ]


@pytest.mark.parametrize(("major", "pattern"), [(3, "sub/*"), (2, "sub/.*")])
def test_airflowignore_keeps_dag_files_out_and_data_in(write: Write, major: int, pattern: str) -> None:
    directory = write({**DAGS, "dags/.airflowignore": pattern, "dags/sub/packed.zip": ""})
    found = collect(directory, major=major)
    assert names(found) == [".airflowignore", "a.py", "sub/data.csv"]
    assert found.left_out == 2


def test_a_module_that_a_dag_imports_stays_although_airflowignore_names_it(write: Write) -> None:
    directory = write(
        {
            "dags/.airflowignore": "helpers/\nunused.py",
            "dags/a.py": "from helpers.one import f",
            "dags/helpers/__init__.py": "",
            "dags/helpers/one.py": "from . import two",
            "dags/helpers/two.py": "",
            "dags/helpers/three.py": "",
            "dags/helpers/queries.sql": "",
            "dags/unused.py": "",
        }
    )
    found = collect(directory)
    assert names(found) == [
        ".airflowignore", "a.py", "helpers/__init__.py", "helpers/one.py", "helpers/queries.sql", "helpers/two.py",
    ]  # fmt: skip
    assert found.left_out == 2


def test_dockerignore_is_stronger_than_an_import(write: Write) -> None:
    directory = write({"dags/a.py": "import b", "dags/b.py": "", ".dockerignore": "dags/b.py"})
    assert names(collect(directory)) == ["a.py"]


def test_the_whole_working_directory_can_be_the_dag_folder(write: Write) -> None:
    directory = write({"a.py": "", "sub/b.py": "", ".venv/bin/x": "", "image.toml": ""})
    (directory / ".venv/bin/python").symlink_to("/usr/bin/python3")
    assert names(collect(directory, ".")) == ["a.py", "image.toml", "sub/b.py"]


@pytest.mark.parametrize(
    ("files", "path", "reason"),
    [
        ({}, "dags", "'dags' is no folder in "),
        ({"dags": ""}, "dags", "'dags' is a file, not a folder, in "),
        ({"dags/.env": "", "dags/__pycache__/a.pyc": ""}, "dags", "'dags' holds no file for the image (1 left out)"),
        ({"dags/a.py": "", ".dockerignore": "*"}, "dags", "'dags' holds no file for the image (1 left out)"),
    ],
)  # fmt: skip
def test_a_folder_without_files_is_one_line(
    write: Write, files: dict[str, str], path: str, reason: str
) -> None:
    with pytest.raises(DagFolderError) as refused:
        collect(write(files), path)
    assert reason in refused.value.message
    assert "\n" not in refused.value.message
    assert "--host-dag-path" in str(refused.value.mend)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dags/sub").mkdir(parents=True)
    with pytest.raises(DagFolderError, match=r"holds no file for the image \(0 left out\)"):
        collect(tmp_path)


def test_what_is_no_file_is_passed_over(write: Write) -> None:
    directory = write(DAGS)
    os.mkfifo(directory / "dags/pipe")
    previous = Path.cwd()
    os.chdir(directory / "dags")
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("socket")
            assert names(collect(directory)) == ["a.py", "sub/b.py", "sub/data.csv"]
    finally:
        os.chdir(previous)


def test_a_name_that_is_not_utf8_is_refused_in_one_line(write: Write) -> None:
    directory = write(DAGS)
    (directory / "dags" / os.fsdecode(b"\xff.py")).touch()
    with pytest.raises(DagFolderError, match=r"udcff\.py: the name is not UTF-8"):
        collect(directory)


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
@pytest.mark.parametrize("path", ["dags/a.py", "dags/sub"])
def test_what_cannot_be_read_is_named(write: Write, path: str) -> None:
    directory = write(DAGS)
    (directory / path).chmod(0)
    try:
        with pytest.raises(DagFolderError, match=f"{path} cannot be read: Permission denied"):
            collect(directory)
    finally:
        (directory / path).chmod(0o700)
