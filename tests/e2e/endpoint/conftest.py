"""The endpoint in containers, the images of its tasks, and of its executor."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_ecs_image.resources import resource
from bench.contenders.official_like import debian_of
from tests.image.conftest import build_source_image
from tests.image.worker_images import DEFAULT_NAME, WorkerImage, source_pairs

from .endpoint_container import EndpointContainer, endpoint_container
from .stack_words import awslogs


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose DAGs are the examples."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(resource("dags_example"), folder / "dags", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="session")
def worker_image(project: Path) -> WorkerImage:
    """A worker image: it has boto3 and the executor, and a Python for the endpoint."""
    return build_source_image(project, DEFAULT_NAME)


@pytest.fixture(scope="session")
def debian(project: Path) -> str:
    """A small image that tasks run."""
    airflow, python = source_pairs()[DEFAULT_NAME]
    return debian_of(airflow, project, python)


@pytest.fixture(scope="module")
def endpoint(
    worker_image: WorkerImage, debian: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EndpointContainer]:
    """An endpoint with four slots, and one task definition, `plain`, that writes awslogs."""
    folder = tmp_path_factory.mktemp("endpoint")
    with endpoint_container(folder, own_image=worker_image.tag, task_image=debian) as running:
        running.register("plain", {"name": "main", "logConfiguration": awslogs()})
        yield running
