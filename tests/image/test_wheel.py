"""The wheel works from any folder: template, entrypoint, locks and examples travel in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from airflow_ecs_image.context import network_settings
from airflow_ecs_image.engine import containers, images

ROOT = Path(__file__).parents[2]
TAG = "airflow-ecs-image-test:wheel"
PLAIN_TAG = "airflow-ecs-image-test:plain-docker-build"


def run(*command: str | Path, cwd: Path) -> str:
    completed = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return completed.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `airflow-ecs-image` command of a fresh environment that has the wheel and its dependencies alone."""
    folder = tmp_path_factory.mktemp("wheel")
    bin_directory = Path(sys.executable).parent
    run(bin_directory / "hatchling", "build", "--target", "wheel", "--directory", folder, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    run(bin_directory / "uv", "venv", "--quiet", "--python", sys.executable, folder / "venv", cwd=folder)
    run(
        *(bin_directory / "uv", "pip", "install", "--quiet", "--python", folder / "venv/bin/python"),
        *("--constraints", ROOT / "requirements/dev.txt", wheel),
        cwd=folder,
    )
    return folder / "venv/bin/airflow-ecs-image"


@pytest.fixture(scope="module")
def project(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what `init` wrote and nothing else."""
    folder = tmp_path_factory.mktemp("project")
    run(installed, "init", cwd=folder)
    assert sorted(path.name for path in folder.iterdir()) == ["dags", "image.toml"]
    return folder


def test_the_wheel_builds_an_image_from_a_folder_that_init_wrote(installed: Path, project: Path) -> None:
    document = json.loads(
        run(installed, "build", "--base", "source", "--no-check", "--tag", TAG, "--json", cwd=project)
    )
    (built,) = document["images"]
    assert built["tag"] == TAG
    assert containers.run(TAG, ["version"]).stdout.strip() == built["airflow_version"]


def test_the_rendered_dockerfile_builds_with_plain_docker(installed: Path, project: Path) -> None:
    (project / "Dockerfile").write_text(
        run(installed, "render", "--base", "source", cwd=project), encoding="utf-8"
    )
    ca_bundle = network_settings(os.environ).ca_bundle
    secrets = ("--secret", f"id=ca-bundle,src={ca_bundle}") if ca_bundle else ()
    run(
        *("docker", "buildx", "build", "--builder", "default", *secrets),
        *("--build-arg", "container_dag_path=/srv/dags", "--tag", PLAIN_TAG, "."),
        cwd=project,
    )
    environment = images.inspect(PLAIN_TAG).environment
    assert environment["AIRFLOW__CORE__DAGS_FOLDER"] == "/srv/dags"
    listing = containers.run(PLAIN_TAG, ["bash", "-c", "ls /srv/dags"]).stdout
    assert "fargate_dag.py" in listing
