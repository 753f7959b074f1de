"""Real images, a real registry, and the projects they are built from."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_ecs_image.resources import resource
from bench.contenders.official_like import debian_of

from .facts import Facts, gather_facts
from .local_registry import LocalRegistry, registry_image
from .official_base import build_official_base, push_official_base
from .worker_images import (
    DEFAULT_NAME,
    KEPT_REPOSITORY,
    OFFICIAL_AIRFLOW,
    OFFICIAL_NAME,
    OFFICIAL_PYTHON,
    WorkerImage,
    build_project,
    existing_image,
    remove_images_of_this_run,
    source_pairs,
)

# Its image would come from a registry; every container here is removed by its fixture.
os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--image", metavar="TAG", help="run the suite over this image instead of those it builds"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "image_name" in metafunc.fixturenames:
        given = metafunc.config.getoption("--image")
        names = [given] if given else [*source_pairs(), OFFICIAL_NAME]
        metafunc.parametrize("image_name", names, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is cheap comes first."""
    items.sort(key=lambda item: [item.get_closest_marker(name) is not None for name in ("emulation", "slow")])


@pytest.fixture(scope="session", autouse=True)
def _images_of_this_run() -> Iterator[None]:
    yield
    remove_images_of_this_run()


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose DAGs are the examples; tests leave it as it is."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(resource("dags_example"), folder / "dags", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="session")
def root_filesystem_image(project: Path) -> str:
    """A small Debian image, for tests of the engine that need no Airflow."""
    airflow, python = source_pairs()[DEFAULT_NAME]
    return debian_of(airflow, project, python)


@pytest.fixture(scope="session")
def local_registry(
    root_filesystem_image: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalRegistry]:
    """An empty registry on this machine."""
    registry = LocalRegistry(registry_image(root_filesystem_image, tmp_path_factory.mktemp("registry")))
    try:
        registry.run()
        yield registry
    finally:
        registry.remove()


@pytest.fixture(scope="session")
def official_base(project: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The official-like base as an image of this engine."""
    debian = debian_of(OFFICIAL_AIRFLOW, project, OFFICIAL_PYTHON)
    return build_official_base(debian, tmp_path_factory.mktemp("official-like"))


@pytest.fixture(scope="session")
def official_reference(local_registry: LocalRegistry, official_base: str) -> str:
    """The official-like base as the local registry serves it."""
    return push_official_base(local_registry, official_base)


@pytest.fixture(scope="session")
def image(image_name: str, project: Path, request: pytest.FixtureRequest) -> WorkerImage:
    """Each image under test in its turn: those of the three source bases, and one on the official-like base."""
    if image_name == OFFICIAL_NAME:
        return build_project(
            project,
            tag=image_name,
            repository=KEPT_REPOSITORY,
            base=request.getfixturevalue("official_reference"),
            airflow_version=OFFICIAL_AIRFLOW,
            python_version=OFFICIAL_PYTHON,
        )
    if image_name not in source_pairs():
        return existing_image(image_name)
    return build_source_image(project, image_name)


@pytest.fixture(scope="session")
def default_image(project: Path, pytestconfig: pytest.Config) -> WorkerImage:
    """One image, where the differences of the bases do not matter."""
    given = pytestconfig.getoption("--image")
    return existing_image(given) if given else build_source_image(project, DEFAULT_NAME)


@pytest.fixture(scope="session")
def default_tag(default_image: WorkerImage) -> str:
    """Its name."""
    return default_image.tag


def build_source_image(project: Path, name: str) -> WorkerImage:
    """The source image of that name; BuildKit's cache remembers it."""
    airflow, python = source_pairs()[name]
    return build_project(
        project,
        tag=name.removeprefix("source-"),
        repository=KEPT_REPOSITORY,
        base="source",
        airflow_version=airflow,
        python_version=python,
    )


@pytest.fixture(scope="session")
def facts(image: WorkerImage) -> Facts:
    """What one container of the image found out about itself."""
    return gather_facts(image.tag)


@pytest.fixture(scope="session")
def facts_of_arbitrary_uid(image: WorkerImage) -> Facts:
    """The same for a container with a uid that no image knows."""
    return gather_facts(image.tag, "brief", user="12345:0")
