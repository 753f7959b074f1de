"""One spec gives one image: built again, from another checkout, and beside an edit only the edited layer changes."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.bases import resolve_base
from airflow_ecs_image.build.labels import dag_labels
from airflow_ecs_image.build.plan import dockerfile_for
from airflow_ecs_image.build.source_date import source_date_epoch
from airflow_ecs_image.console import Console
from airflow_ecs_image.context import DAG_LAYER, build_context, collect_dag_files
from airflow_ecs_image.engine import BuildRequest, Engine, build, images
from bench.contenders.dockerfile import build_secrets, native_platform

from .conftest import build_source_image
from .layer_difference import difference
from .second_engine import SecondEngine
from .worker_images import (
    DEFAULT_NAME,
    OFFICIAL_AIRFLOW,
    OFFICIAL_PYTHON,
    REPOSITORY,
    WorkerImage,
    source_pairs,
    spec_of,
)

AIRFLOW, PYTHON = source_pairs()[DEFAULT_NAME]
SOURCE: dict[str, Any] = {"base": "source", "airflow_version": AIRFLOW, "python_version": PYTHON}
SMALL_STAGES = ("entrypoint-files", "dag-folder", "dag-files")
DOOR = Path(__file__).parents[2] / "build.py"


@pytest.fixture(scope="module")
def before(project: Path) -> WorkerImage:
    """What the suite has built, maybe long ago."""
    return build_source_image(project, DEFAULT_NAME)


@pytest.fixture
def checkout(project: Path, tmp_path: Path) -> Iterator[Path]:
    """The same project as another person has it: other times, modes, umask and time zone."""
    folder = Path(shutil.copytree(project, tmp_path / "another checkout"))
    umask = os.umask(0o077)
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    try:
        yield folder
    finally:
        os.umask(umask)


def built_anew(folder: Path, tag: str, stages: tuple[str, ...], **values: Any) -> str:
    """Build as `build` does, these stages without the cache; returns the tag."""
    spec = spec_of(folder, tag=f"{REPOSITORY}:{tag}", **values)
    console = Console(stream=io.StringIO(), environment={})
    dag_files = collect_dag_files(folder, spec.host_dag_path, airflow_major=3)
    with build_context(spec, folder, dag_files) as context:
        base = resolve_base(spec, native_platform(), console=console)
        request = BuildRequest(
            dockerfile_for(spec, base, folder),
            context,
            (spec.tag,),
            native_platform(),
            secrets=build_secrets(),
            build_args={"dag_layer": DAG_LAYER},
            labels=dag_labels(dag_files),
            source_date_epoch=source_date_epoch(os.environ),
            fresh_stages=stages,
        )
        build(request, console)
    return spec.tag


@pytest.fixture(scope="module")
def second_engine(
    root_filesystem_image: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SecondEngine]:
    """An engine that has seen no build yet."""
    engine = SecondEngine(root_filesystem_image, tmp_path_factory.mktemp("second"))
    try:
        engine.run()
        yield engine
    finally:
        engine.remove()


@pytest.mark.slow
def test_another_machine_makes_the_same_image(
    before: WorkerImage, checkout: Path, second_engine: SecondEngine, tmp_path: Path
) -> None:
    """With an empty engine, no file of the toolkit's in the home, and another umask and time zone."""
    tag = f"{REPOSITORY}:another-machine"
    command = [sys.executable, str(DOOR), "-C", str(checkout), "--no-check", "--tag", tag, "--base", "source"]
    command += ["--airflow-version", AIRFLOW, "--python-version", PYTHON, "--platform", native_platform()]
    another = {"DOCKER_HOST": second_engine.address, "TZ": "Pacific/Auckland"}
    another |= {name: str(tmp_path / name) for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME")}

    built = subprocess.run(command, env=os.environ | another, capture_output=True, text=True, check=False)

    assert built.returncode == 0, built.stderr
    if second_engine.docker("image", "inspect", "--format", "{{.Id}}", tag).strip() != before.details.id:
        archive = tmp_path / "image.tar"
        second_engine.docker("image", "save", "--output", str(archive), tag)
        Engine().docker("image", "load", "--input", str(archive), timeout=300)
        mend = "where Debian moved since this engine's root filesystem was made: make clean"
        pytest.fail(f"{difference(before.tag, tag)}; {mend}")
    assert before.details.created.startswith("20")


def test_an_edit_of_a_dag_makes_one_layer_and_taken_back_none(before: WorkerImage, checkout: Path) -> None:
    dag = next((checkout / "dags").glob("*.py"))
    text = dag.read_text(encoding="utf-8")
    dag.write_text(f"{text}\n# edited\n", encoding="utf-8")
    edited = images.inspect(built_anew(checkout, "edited", SMALL_STAGES, **SOURCE))

    ours = before.details.layers
    assert [one != other for one, other in zip(ours, edited.layers, strict=True)].count(True) == 1
    assert edited.id != before.details.id

    dag.write_text(text, encoding="utf-8")
    assert difference(before.tag, built_anew(checkout, "edited-back", SMALL_STAGES, **SOURCE)) is None


def test_a_requirement_adds_a_layer_and_changes_none(before: WorkerImage, checkout: Path) -> None:
    (checkout / "requirements.txt").write_text("humanize==4.13.0\n", encoding="utf-8")
    stages = ("requirements-layer", *SMALL_STAGES)

    one = images.inspect(built_anew(checkout, "with-requirement", stages, **SOURCE))
    other = images.inspect(built_anew(checkout, "with-requirement-again", stages, **SOURCE))

    assert set(before.details.layers) < set(one.layers)
    assert len(one.layers) == len(before.details.layers) + 1
    assert difference(one.id, other.id) is None


def test_on_an_official_base_only_removed_files_have_the_time_of_the_build(
    official_reference: str, project: Path
) -> None:
    """The base's own setuptools is another than the constraints', and a removal cannot be dated."""
    values = {
        "base": official_reference,
        "airflow_version": OFFICIAL_AIRFLOW,
        "python_version": OFFICIAL_PYTHON,
        "aws_cli": False,
    }
    tags = [
        built_anew(project, f"official-{number}", ("airflow", *SMALL_STAGES), **values) for number in (1, 2)
    ]

    one, other = (images.inspect(tag).layers for tag in tags)
    assert [ours != theirs for ours, theirs in zip(one, other, strict=True)].count(True) == 1
    found = difference(*tags)
    assert found is not None
    assert "/.wh." in found
    assert ": time " in found


def test_a_difference_names_its_file(before: WorkerImage, checkout: Path) -> None:
    (checkout / "dags" / "another.py").write_text("", encoding="utf-8")

    found = difference(before.tag, built_anew(checkout, "another-dag", (), **SOURCE))

    assert found is not None
    assert found.endswith(": opt/airflow/dags/another.py is in one of them only")
