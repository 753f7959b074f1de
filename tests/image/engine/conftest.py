"""What the tests of the engine room share: a small build context, and a builder that cleans up."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import BuildRequest, BuildResult, build, images


@pytest.fixture
def name() -> str:
    """The name that a test's image gets."""
    return "airflow-ecs-image/engine-test:latest"


@pytest.fixture
def context(tmp_path: Path) -> Path:
    """A build context with one file."""
    folder = tmp_path / "context"
    folder.mkdir()
    (folder / "file.txt").write_text("content\n")
    return folder


@pytest.fixture
def output() -> io.StringIO:
    """What the builds of a test print for people."""
    return io.StringIO()


@pytest.fixture
def built(name: str, context: Path, output: io.StringIO) -> Iterator[Callable[..., BuildResult]]:
    """Builds a Dockerfile under the test's image name, which is removed at the end."""
    console = Console(stream=output, environment={})

    def run(dockerfile: str, *, progress_format: str = "rawjson", **fields: object) -> BuildResult:
        fields = {"tags": (name,), "platform": "linux/amd64", **fields}
        request = BuildRequest(dockerfile=dockerfile, context=context, **fields)  # type: ignore[arg-type]
        return build(request, console, progress_format=progress_format)

    yield run
    if images.exists(name):
        images.remove(name)
