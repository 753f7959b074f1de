"""Local stacks for tests: of the images that the whole suite shares, with names of their own, gone at the end."""

from __future__ import annotations

import io
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from airflow_ecs_image.console import Console
from airflow_ecs_image.local.model import Stack
from airflow_ecs_image.local.stack import StackRequest, down, up
from airflow_ecs_image.resources import resource
from airflow_ecs_image.spec import load_ecs_spec
from tests.image.worker_images import KEPT_REPOSITORY, WorkerImage, build_project, source_pairs, spec_of

LINES = {3: "source-3.3.2-python3.13", 2: "source-2.11.2-python3.11"}
"""The image of each line of Airflow, as tests/image names it."""


def quiet() -> Console:
    """A console that nobody reads."""
    return Console(stream=io.StringIO(), environment={})


def example_project(folder: Path) -> Path:
    """Make a project folder whose DAGs, in `dags`, are the examples."""
    shutil.copytree(resource("dags_example"), folder / "dags", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def example_image(major: int, folder: Path) -> WorkerImage:
    """The image of a line of Airflow with the examples as its DAGs; `folder` is empty, for the project of it."""
    airflow, python = source_pairs()[LINES[major]]
    return build_project(
        example_project(folder),
        tag=LINES[major].removeprefix("source-"),
        repository=KEPT_REPOSITORY,
        base="source",
        airflow_version=airflow,
        python_version=python,
    )


def new_name() -> str:
    """A name that no other stack has."""
    return f"airflow-ecs-test-{secrets.token_hex(4)}"


def request_for(image: WorkerImage, project: Path, **changes: Any) -> StackRequest:
    """A stack of that image with the DAGs of the project folder, which workers fetch from S3, unless changed."""
    spec = spec_of(project, base="source", airflow_version=image.airflow, python_version=image.python)
    values: dict[str, Any] = {"name": new_name(), "image_name": image.tag, "dag_source": "s3", **changes}
    return StackRequest(spec, load_ecs_spec({}, {}, project), project, **values)


def ecs_client(stack: Stack, url: str | None = None) -> Any:
    """boto3's client of the stack's endpoint, at another address than the first when it was restarted."""
    return boto3.client(
        "ecs",
        endpoint_url=url or stack.ecs_url,
        region_name=stack.region,
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )


@contextmanager
def local_stack(image: WorkerImage, project: Path, **changes: Any) -> Iterator[Stack]:
    """Bring that stack up; nothing of it is left at the end, also when it did not come up."""
    request = request_for(image, project, **changes)
    try:
        yield up(request, quiet())
    finally:
        down(request.name, quiet())
