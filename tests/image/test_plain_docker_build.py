"""The rendered Dockerfile without the toolkit: `docker build` and the build arguments that users know."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.build.plan import render_dockerfile
from airflow_ecs_image.console import Console
from airflow_ecs_image.context import network_settings
from airflow_ecs_image.engine import Engine, containers, images
from airflow_ecs_image.engine.images import ImageDetails
from bench.contenders.dockerfile import native_platform

from .worker_images import REPOSITORY, build_project, spec_of

TAG = f"{REPOSITORY}:plain-docker"
DEFAULT_PATH = "/opt/airflow/dags"
ALL_ARGUMENTS = {
    "aws_default_region": "eu-west-1",
    "aws_access_key_id": "AKIAIOSFODNN7EXAMPLE",
    "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "aws_session_token": "token-of-nobody/with+signs==",
    "s3_uri": "s3://worker-dags/team",
    "host_dag_path": "other dags",
    "container_dag_path": "/srv/dags",
    "requirements_path": "requirements/of dags.txt",
}

Build = Callable[..., ImageDetails]


@pytest.fixture
def folder(project: Path, tmp_path: Path) -> Path:
    """A project with a second DAG folder, secrets in it, and requirements that nothing names by default."""
    folder = Path(shutil.copytree(project, tmp_path / "project"))
    other = folder / "other dags"
    other.mkdir()
    for name in ("other.py", ".env", "deploy.key"):
        (other / name).write_text("", encoding="utf-8")
        (other / name).chmod(0o600)
    (folder / "requirements").mkdir()
    (folder / "requirements" / "of dags.txt").write_text("humanize==4.12.3\n", encoding="utf-8")
    return folder


@pytest.fixture
def docker_build(folder: Path) -> Iterator[Build]:
    """Renders the Dockerfile of a spec into the project and builds it as its first comment says."""

    def build(build_args: dict[str, str], **values: Any) -> ImageDetails:
        spec = spec_of(folder, base="source", **values)
        console = Console(stream=io.StringIO(), environment={})
        (folder / "Dockerfile").write_text(
            render_dockerfile(spec, directory=folder, console=console), "utf-8"
        )
        network = network_settings(os.environ)
        options = ["--platform", native_platform(), "--tag", TAG]
        if network.ca_bundle is not None:
            options += ["--secret", f"id=ca-bundle,src={network.ca_bundle}"]
        if network.variables:
            options += ["--secret", "id=network,env=NETWORK_OF_THE_BUILD"]
        for name, value in build_args.items():
            options += ["--build-arg", f"{name}={value}"]
        Engine().docker(
            *("build", *options, str(folder)),
            timeout=900,
            environment={"NETWORK_OF_THE_BUILD": network.variables},
        )
        return images.inspect(TAG)

    yield build
    if images.exists(TAG):
        images.remove(TAG)


def listing(path: str) -> list[str]:
    """The files below a folder of the image, as another uid of group 0 can read them."""
    command = [
        "bash",
        "-c",
        f"cd '{path}' && for file in $(find . -type f); do cat $file >/dev/null && echo $file; done",
    ]
    completed = containers.run(TAG, command, user="12345:0", environment={"S3_URI": ""})
    assert completed.stderr == ""
    return sorted(completed.stdout.split())


def aws_variables(details: ImageDetails) -> dict[str, str]:
    return {name.lower(): value for name, value in details.environment.items() if name.startswith("AWS_")}


def test_without_arguments_nothing_is_left_behind(docker_build: Build, folder: Path) -> None:
    details = docker_build({})

    assert aws_variables(details) == {}
    assert details.environment["AIRFLOW__CORE__DAGS_FOLDER"] == DEFAULT_PATH
    assert "S3_URI" not in details.environment
    assert listing(DEFAULT_PATH) == sorted(f"./{path.name}" for path in (folder / "dags").glob("*.py"))


def test_its_layers_are_those_of_build(docker_build: Build, folder: Path) -> None:
    """Which sends the DAG files as the layer that the Dockerfile makes of their folder, whatever modes they have."""
    for path in (folder / "dags").glob("*.py"):
        path.chmod(0o600)
    built = build_project(folder, tag="plain-docker-compared", base="source")

    assert docker_build({}).layers == built.details.layers


def test_one_argument_sets_one_variable(docker_build: Build) -> None:
    assert aws_variables(docker_build({"aws_default_region": "eu-west-1"})) == {
        "aws_default_region": "eu-west-1"
    }


def test_all_eight_arguments_are_honoured(docker_build: Build) -> None:
    details = docker_build(ALL_ARGUMENTS, bake_credentials=True)

    assert aws_variables(details) == {
        name: value for name, value in ALL_ARGUMENTS.items() if name.startswith("aws_")
    }
    assert details.environment["S3_URI"] == ALL_ARGUMENTS["s3_uri"]
    assert details.environment["AIRFLOW__CORE__DAGS_FOLDER"] == ALL_ARGUMENTS["container_dag_path"]
    assert listing(ALL_ARGUMENTS["container_dag_path"]) == ["./other.py"]
    version = "import importlib.metadata as m; print(m.version('humanize'))"
    completed = containers.run(TAG, ["python", "-c", version], environment={"S3_URI": ""})
    assert completed.stdout == "4.12.3\n"


def test_credentials_are_not_taken_where_they_were_not_ordered(docker_build: Build) -> None:
    details = docker_build(
        {name: value for name, value in ALL_ARGUMENTS.items() if "key" in name or "token" in name}
    )

    assert aws_variables(details) == {}
    history = " ".join(entry.created_by for entry in details.history)
    assert ALL_ARGUMENTS["aws_secret_access_key"] not in history
