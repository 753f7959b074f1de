"""An image for the other processor: built without running its programs, and refused where it cannot run."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from airflow_ecs_image.checks import Expectations, run_checks
from airflow_ecs_image.checks.registry import CHECKS
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import containers
from airflow_ecs_image.errors import ImageNotFound, PlatformUnavailable
from bench.contenders.dockerfile import native_platform

from .worker_images import DEFAULT_NAME, WorkerImage, build_project, source_pairs

pytestmark = [pytest.mark.emulation, pytest.mark.slow]

AIRFLOW, PYTHON = source_pairs()[DEFAULT_NAME]
MACHINES = {"linux/arm64": "aarch64", "linux/amd64": "x86_64"}


@pytest.fixture(scope="module")
def foreign_platform() -> str:
    return "linux/arm64" if native_platform() == "linux/amd64" else "linux/amd64"


@pytest.fixture(scope="module")
def foreign_image(project: Path, foreign_platform: str) -> WorkerImage:
    """The default image for the other processor."""
    return build_project(
        project,
        tag="foreign",
        base="source",
        airflow_version=AIRFLOW,
        python_version=PYTHON,
        platform=(foreign_platform,),
    )


def test_the_image_is_for_the_platform_that_was_asked_for(
    foreign_image: WorkerImage, foreign_platform: str
) -> None:
    assert foreign_image.details.platform == foreign_platform


def test_its_programs_are_those_of_the_other_processor(
    foreign_image: WorkerImage, foreign_platform: str
) -> None:
    # airflow imports compiled modules of its packages: they too are of the right processor.
    script = "python -c 'import platform; print(platform.machine())'; python --version; exec airflow version"

    try:
        completed = containers.run(
            foreign_image.tag, ["bash", "-c", script], platform=foreign_platform, timeout=600
        )
    except PlatformUnavailable as error:
        pytest.skip(f"{error.message}: {error.mend}")

    machine, python, version = completed.stdout.splitlines()[-3:]
    assert (machine, version) == (MACHINES[foreign_platform], AIRFLOW)
    assert python.startswith(f"Python {PYTHON}.")
    assert completed.exit_code == 0


def test_it_holds_the_same_packages_and_files(foreign_image: WorkerImage, default_image: WorkerImage) -> None:
    labels, of_default = (
        {name: value for name, value in each.details.labels.items() if not name.endswith("spec-hash")}
        for each in (foreign_image, default_image)
    )
    assert labels == of_default
    assert len(foreign_image.details.layers) == len(default_image.details.layers)
    assert foreign_image.details.environment == default_image.details.environment


def test_the_wrong_processor_is_refused_by_the_check_with_the_line_that_mends_it(
    foreign_image: WorkerImage, foreign_platform: str
) -> None:
    report = run_checks(
        foreign_image.tag,
        expectations=Expectations(platform=native_platform()),
        console=Console(stream=io.StringIO(), environment={}),
        skip=[check.name for check in CHECKS if check.name != "architecture"],
    )

    (result,) = (result for result in report.results if result.name == "architecture")
    assert result.status == "failed"
    assert foreign_platform in result.detail
    assert native_platform() in result.detail
    assert f"--platform {native_platform()}" in str(result.mend)


def test_a_container_of_the_wrong_platform_is_refused_with_the_line_that_mends_it(
    foreign_image: WorkerImage, foreign_platform: str
) -> None:
    with pytest.raises(ImageNotFound, match=f"not for {native_platform()}") as raised:
        containers.run(foreign_image.tag, ["version"], platform=native_platform())

    assert raised.value.mend == f"build it with --platform {native_platform()}"
