"""The locks, as they are in requirements/."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from airflow_ecs_image.resources import resource
from airflow_ecs_image.update.drift import problems
from airflow_ecs_image.versions import (
    EXECUTOR_PACKAGE,
    AirflowRelease,
    PythonSupport,
    load_versions,
    lock_lines,
    locked_versions,
)

SOURCE_PYTHONS = [
    (release, python)
    for release in load_versions().airflow.values()
    for python in release.pythons.values()
    if python.lock
]
LOCK_NAMES = [
    *(python.lock for _, python in SOURCE_PYTHONS),
    "aws-cli.txt",
    "database-drivers.txt",
    "rclone.txt",
    "uv.txt",
]


def test_versions_and_locks_agree() -> None:
    assert list(problems(load_versions(), resource("requirements"))) == []


@pytest.mark.parametrize(
    ("release", "python"),
    SOURCE_PYTHONS,
    ids=[f"{each.version}-{python.version}" for each, python in SOURCE_PYTHONS],
)
def test_a_lock_holds_a_whole_worker(release: AirflowRelease, python: PythonSupport) -> None:
    assert python.lock
    locked = locked_versions(lock_lines(python.lock))
    assert locked["apache-airflow"] == release.version
    assert locked[EXECUTOR_PACKAGE] == release.executor_package
    assert {"boto3", "botocore", "sqlalchemy"} <= locked.keys()
    assert ("psycopg2-binary" in locked) == (release.major == 2)


@pytest.mark.parametrize("name", LOCK_NAMES)
def test_a_line_has_no_more_hashes_than_an_image_can_use(name: str) -> None:
    pythons = 1 if name.startswith("airflow") else 4
    assert all(1 <= line.count("--hash=sha256:") <= 2 * pythons for line in lock_lines(name))


def test_the_aws_cli_brings_its_own_botocore() -> None:
    assert "botocore" not in locked_versions(lock_lines("aws-cli.txt"))


def test_the_development_lock_serves_the_packages_own_dependencies() -> None:
    project = tomllib.loads((resource("requirements").parent / "pyproject.toml").read_text(encoding="utf-8"))
    pins = dict(
        line.split(" ", 1)[0].split("==")
        for line in resource("requirements/dev.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line and not line.startswith((" ", "#"))
    )
    for dependency in map(Requirement, project["project"]["dependencies"]):
        assert dependency.specifier.contains(pins[dependency.name]), dependency


def without(path: Path, words: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(words)), encoding="utf-8")


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "locks/uv.txt").unlink(), "uv.txt: cannot be read"),
        (
            lambda folder: (folder / "locks/left-over.txt").touch(),
            "left-over.txt: no line of versions.toml names",
        ),
        (lambda folder: (folder / "dev.txt").unlink(), "dev.txt: cannot be read"),
        (lambda folder: replaced(folder / "dev.in", "uv==", "uv==9."), "dev.in: uv 9."),
        (lambda folder: replaced(folder / "dev.in", "click==", "click==9."), "dev.txt: holds click"),
        (
            lambda folder: without(folder / "locks/airflow-2.11.2-python3.11.txt", "psycopg2"),
            "holds psycopg2-binary",
        ),
        (lambda folder: replaced(folder / "locks/aws-cli.txt", "awscli==1", "awscli==2"), "wants awscli=="),
        (
            lambda folder: replaced(folder / "locks/aws-cli.txt", " --hash=sha256:", " #"),
            "not name==version with",
        ),
        (lambda folder: replaced(folder / "locks/aws-cli.txt", "colorama==", "zorama=="), "not sorted"),
        (
            lambda folder: replaced(folder / "versions.toml", 'python = "3.13"', 'python = "3.14"'),
            "no Python 3.13",
        ),
        (lambda folder: replaced(folder / "versions.toml", '"9.34.0"', '"9.21.0"'), "below its floor"),
        (
            lambda folder: replaced(folder / "versions.toml", "slim-3.3.2-python3.12", "slim-3.3.2"),
            "not tagged",
        ),
        (
            lambda folder: replaced(folder / "versions.toml", 'debian = "bookworm"\n', ""),
            "both debian and lock",
        ),
        (
            lambda folder: replaced(folder / "versions.toml", 'default = "3.3.2"', 'default = "1.0"'),
            "no supported",
        ),
        (
            lambda folder: replaced(
                folder / "versions.toml", 'default_python = "3.13"', 'default_python = "3.9"'
            ),
            "not among its Pythons",
        ),
    ],
)
def test_each_disagreement_is_named(tmp_path: Path, damage: Callable[[Path], object], message: str) -> None:
    folder = tmp_path / "requirements"
    shutil.copytree(resource("requirements"), folder)
    damage(folder)
    assert any(message in problem for problem in problems(load_versions(folder / "versions.toml"), folder))
