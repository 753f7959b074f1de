"""The user's requirements: beside Airflow, never instead of a part of it."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.engine import containers, images
from airflow_ecs_image.errors import RequirementsConflict, SpecError

from .worker_images import (
    DEFAULT_NAME,
    OFFICIAL_AIRFLOW,
    OFFICIAL_PYTHON,
    REPOSITORY,
    WorkerImage,
    build_project,
    source_pairs,
    spec_of,
)

AIRFLOW, PYTHON = source_pairs()[DEFAULT_NAME]
VERSIONS: dict[str, Any] = {"base": "source", "airflow_version": AIRFLOW, "python_version": PYTHON}
WITNESS = """
import importlib.util, json, os, humanize, airflow
with open(humanize.__cached__, "rb") as file:
    flags = int.from_bytes(file.read(8)[4:], "little")
print(json.dumps([os.getuid(), humanize.naturalsize(1000), humanize.__version__, flags, airflow.__version__]))
"""
UNCHECKED_HASH = 1


def with_requirements(project: Path, folder: Path, *lines: str) -> Path:
    """The project folder again, with a requirements.txt."""
    shutil.copytree(project, folder, dirs_exist_ok=True)
    (folder / "requirements.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def with_humanize(project: Path, tmp_path_factory: pytest.TempPathFactory) -> WorkerImage:
    folder = with_requirements(project, tmp_path_factory.mktemp("humanize"), "humanize==4.13.0")
    return build_project(folder, tag="requirements", **VERSIONS)


@pytest.fixture(scope="module")
def without(project: Path) -> tuple[WorkerImage, str]:
    """The same image without requirements, and what its build said."""
    shown = io.StringIO()
    return build_project(project, tag="without", shown=shown, **VERSIONS), shown.getvalue()


def test_a_package_is_importable_by_any_uid_and_compiled(with_humanize: WorkerImage) -> None:
    completed = containers.run(with_humanize.tag, ["python", "-c", WITNESS], user="12345:0")

    assert completed.exit_code == 0, completed.stderr
    assert json.loads(completed.stdout) == [12345, "1.0 kB", "4.13.0", UNCHECKED_HASH, AIRFLOW]


def test_a_package_is_one_layer_more_on_the_same_layers(
    with_humanize: WorkerImage, without: tuple[WorkerImage, str]
) -> None:
    layers, others = with_humanize.details.layers, without[0].details.layers
    steps, other_steps = (
        [(entry.created_by, entry.size_bytes) for entry in image.details.history if entry.size_bytes]
        for image in (with_humanize, without[0])
    )

    (added,) = set(steps) - set(other_steps)
    assert [step for step in steps if step != added] == other_steps
    # History starts with the newest. What stands above the new layer is small, and all layers but it are shared, byte for byte.
    place = len(steps) - steps.index(added) - 1
    assert (*layers[:place], *layers[place + 1 :]) == others
    assert sum(size for _, size in steps[: steps.index(added)]) < 100_000


def test_a_missing_default_file_is_silence(without: tuple[WorkerImage, str]) -> None:
    image, shown = without

    assert "requirements" not in shown.lower()
    assert not [entry for entry in image.details.history if "/toolbox/requirements" in entry.created_by]


def test_a_package_is_installed_on_an_official_base(
    official_reference: str, project: Path, tmp_path: Path
) -> None:
    built = build_project(
        with_requirements(project, tmp_path, "humanize==4.13.0"),
        tag="requirements-official",
        base=official_reference,
        airflow_version=OFFICIAL_AIRFLOW,
        python_version=OFFICIAL_PYTHON,
    )

    completed = containers.run(built.tag, ["python", "-c", WITNESS], user="12345:0")

    assert completed.exit_code == 0, completed.stderr
    assert json.loads(completed.stdout) == [12345, "1.0 kB", "4.13.0", UNCHECKED_HASH, OFFICIAL_AIRFLOW]


@pytest.mark.parametrize(
    ("requirement", "clash"),
    [
        ("sqlalchemy<1", "sqlalchemy=="),
        ("apache-airflow==3.2.0", f"apache-airflow=={AIRFLOW}"),
    ],
)
def test_a_requirement_that_would_move_airflow_is_refused_by_its_line(
    project: Path, tmp_path: Path, requirement: str, clash: str
) -> None:
    folder = with_requirements(project, tmp_path, "# for the DAGs", "humanize==4.13.0", requirement)
    tag = "refused"

    with pytest.raises(RequirementsConflict) as raised:
        build_project(folder, tag=tag, **VERSIONS)

    error = raised.value
    assert error.exit_code == 7
    assert len(str(error).splitlines()) == 1
    assert f"(line 3: {requirement})" in str(error)
    assert clash in "\n".join(error.details)
    assert len(error.details) <= 8
    assert not images.exists(f"{REPOSITORY}:{tag}")


def test_the_command_says_the_conflict_in_a_few_lines(project: Path, tmp_path: Path) -> None:
    folder = with_requirements(project, tmp_path, "sqlalchemy<1")
    options = [word for name, value in VERSIONS.items() for word in (f"--{name.replace('_', '-')}", value)]

    completed = subprocess.run(
        [sys.executable, "-m", "airflow_ecs_image", "build", "--no-check", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert completed.returncode == 7
    assert "line 1: sqlalchemy<1" in " ".join(completed.stderr.split())
    assert "Traceback" not in completed.stderr
    assert len(completed.stderr.splitlines()) < 20


def test_a_named_file_that_is_missing_is_refused_in_one_line(project: Path) -> None:
    with pytest.raises(SpecError, match=r"^requirements_path: 'missing\.txt'.*no such file") as raised:
        spec_of(project, requirements_path="missing.txt", **VERSIONS)

    assert len(str(raised.value).splitlines()) == 1
