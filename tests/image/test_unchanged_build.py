"""A build of the same again does not ask BuildKit, and a build of anything else does."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.build import build_image
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import Engine, images

from .worker_images import REPOSITORY, spec_of

TAG = f"{REPOSITORY}:unchanged"
SAID = f"= nothing changed: {TAG} was built from the same"


@pytest.fixture
def folder(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Path(shutil.copytree(project, tmp_path / "project"))


@pytest.fixture(autouse=True)
def _untagged() -> Iterator[None]:
    yield
    if images.exists(TAG):
        images.remove(TAG)


def build(folder: Path) -> tuple[bool, str]:
    """Whether it said that nothing changed, and the id of the image."""
    stream = io.StringIO()
    console = Console(stream=stream, environment={})
    spec = spec_of(folder, tag=TAG, base="source")
    document: Any = build_image(spec, directory=folder, console=console, check=False, no_cache=False)
    (image,) = document["images"]
    assert images.image_id(TAG) == image["digest"]
    return SAID in stream.getvalue(), image["digest"]


def dag(folder: Path) -> Path:
    return min((folder / "dags").glob("*.py"))


def edit(folder: Path) -> None:
    with dag(folder).open("a", encoding="utf-8") as file:
        file.write("# another line\n")


def add(folder: Path) -> None:
    (folder / "dags" / "another.py").write_text("x = 1\n", encoding="utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "edited": edit,
    "one more": add,
    "renamed": lambda folder: dag(folder).rename(folder / "dags" / "renamed.py"),
}


def test_the_same_again(folder: Path) -> None:
    first = build(folder)
    dag(folder).touch()
    again = build(folder)

    assert not first[0]
    assert again == (True, first[1])


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_another_dag_file(folder: Path, change: Callable[[Path], object]) -> None:
    _, first = build(folder)
    change(folder)
    said, other = build(folder)

    assert not said
    assert other != first


def test_the_name_is_of_another_image_by_now(folder: Path) -> None:
    _, first = build(folder)
    edit(folder)
    _, other = build(folder)
    images.tag(first, TAG)

    assert build(folder) == (False, other)


def test_the_image_is_gone(folder: Path) -> None:
    _, first = build(folder)
    images.remove(TAG)

    assert build(folder) == (False, first)


def test_the_base_is_another_by_now(folder: Path) -> None:
    """Its name stays the same: a root filesystem from the mirror is made anew at times."""
    _, first = build(folder)
    reference = (
        images.inspect(first)
        .labels["org.opencontainers.image.base.name"]
        .replace("debian:", "airflow-ecs-image/root-filesystem:")
    )
    name = f"{reference}-{Engine().architecture()}"
    before = images.image_id(name)
    if before is None:
        pytest.skip("a registry gives the base, pinned by its digest")
    Engine().docker(
        "build", "--quiet", "--tag", name, "--label", "another=one", "-", stdin=f"FROM {name}\n".encode()
    )
    try:
        assert build(folder) == (False, first)
    finally:
        images.tag(before, name)
