"""Bases from a registry: found, pinned, believed by their labels; and what happens when the registry is gone."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image import versions
from airflow_ecs_image.bases import ResolvedBase, resolve_base
from airflow_ecs_image.build.plan import render_dockerfile
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import containers
from airflow_ecs_image.errors import BaseMismatch, BaseUnavailable, ImageNotFound, ToolkitError
from airflow_ecs_image.spec.label_names import BASE_FALLBACK
from bench.contenders.dockerfile import native_platform

from .local_registry import LocalRegistry
from .official_base import OTHER_EXECUTOR_PACKAGE
from .worker_images import OFFICIAL_AIRFLOW, OFFICIAL_PYTHON, build_project, spec_of

VERSIONS: dict[str, Any] = {"airflow_version": OFFICIAL_AIRFLOW, "python_version": OFFICIAL_PYTHON}
NO_DATABASE = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "sqlite:////no/such/folder/airflow.db"}


def resolve(project: Path, **values: object) -> tuple[ResolvedBase, str]:
    """The base of a spec, and what was announced about it."""
    shown = io.StringIO()
    base = resolve_base(
        spec_of(project, **values), native_platform(), console=Console(stream=shown, environment={})
    )
    return base, shown.getvalue()


@pytest.fixture
def registry_of_official_images(
    official_reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """versions.toml with the official reference of Airflow and Python pointed at the local registry."""
    official = f'official = "apache/airflow:slim-{OFFICIAL_AIRFLOW}-python{OFFICIAL_PYTHON}"'
    text = versions.versions_path().read_text(encoding="utf-8")
    assert official in text
    # The digest that `make update` wrote is that of the real image.
    pinned = re.compile(re.escape(official) + r"(\nofficial_digest = .*)?")
    copy = tmp_path / "versions.toml"
    copy.write_text(pinned.sub(f'official = "{official_reference}"', text), encoding="utf-8")
    monkeypatch.setattr(versions, "versions_path", lambda: copy)
    versions.load_versions.cache_clear()
    yield official_reference
    versions.load_versions.cache_clear()


@pytest.fixture
def stopped_registry(local_registry: LocalRegistry) -> Iterator[None]:
    local_registry.pause()
    yield
    local_registry.resume()


def test_the_reference_is_pinned_by_its_digest(official_reference: str, project: Path) -> None:
    base, announced = resolve(project, base=official_reference, **VERSIONS)

    assert re.fullmatch(re.escape(official_reference) + "@sha256:[0-9a-f]{64}", base.reference)
    assert base.reference.endswith(f"@{base.digest}")
    assert (base.kind, base.fallback, announced) == ("official", False, "")


def test_dockerfile_and_labels_name_the_pinned_base(official_reference: str, project: Path) -> None:
    base, _ = resolve(project, base=official_reference, **VERSIONS)
    spec = spec_of(project, base=official_reference, **VERSIONS)
    dockerfile = render_dockerfile(spec, directory=project, console=Console(stream=io.StringIO()))

    built = build_project(project, tag="official-like", base=official_reference, **VERSIONS)

    assert f"\nFROM {base.reference} AS base\n" in dockerfile
    assert built.details.labels["org.opencontainers.image.base.name"] == official_reference
    assert built.details.labels["org.opencontainers.image.base.digest"] == base.digest


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ({"airflow_version": "3.3.1"}, f"airflow_version: '3.3.1'.* holds {OFFICIAL_AIRFLOW}"),
        ({"python_version": "3.13"}, f"python_version: '3.13'.* holds {OFFICIAL_PYTHON}"),
    ],
)
def test_a_base_of_other_versions_is_refused(
    official_reference: str, project: Path, asked: dict[str, str], held: str
) -> None:
    with pytest.raises(BaseMismatch, match=held) as raised:
        resolve(project, base=official_reference, **{**VERSIONS, **asked})

    assert_one_line(raised.value)


def test_an_image_that_is_not_airflow_is_refused(
    local_registry: LocalRegistry, root_filesystem_image: str, project: Path
) -> None:
    reference = local_registry.push(root_filesystem_image, "debian", "plain")

    with pytest.raises(BaseMismatch, match="does not say which Airflow and Python") as raised:
        resolve(project, base=reference)

    assert_one_line(raised.value)


def test_a_wrong_tag_is_an_error_and_no_reason_to_fall_back(official_reference: str, project: Path) -> None:
    wrong = official_reference.replace(OFFICIAL_AIRFLOW, "0.0.0")

    with pytest.raises(ImageNotFound, match=r"slim-0\.0\.0") as raised:
        resolve(project, base=wrong, **VERSIONS)

    assert_one_line(raised.value)


def test_auto_takes_the_official_image_while_the_registry_answers(
    registry_of_official_images: str, project: Path
) -> None:
    base, announced = resolve(project, **VERSIONS)

    assert base.reference.startswith(f"{registry_of_official_images}@sha256:")
    assert (base.kind, base.fallback, announced) == ("official", False, "")


@pytest.mark.usefixtures("stopped_registry")
def test_auto_falls_back_when_the_registry_is_gone_and_says_so(
    registry_of_official_images: str, project: Path
) -> None:
    shown = io.StringIO()

    built = build_project(project, tag="fallback", shown=shown, **VERSIONS)

    labels = built.details.labels
    assert "falling back to the source base" in " ".join(shown.getvalue().split())
    assert registry_of_official_images.partition("/")[0] in shown.getvalue()
    assert (built.kind, labels[BASE_FALLBACK]) == ("source", "true")
    assert containers.run(built.tag, ["version"]).stdout.strip() == OFFICIAL_AIRFLOW


@pytest.mark.usefixtures("stopped_registry", "registry_of_official_images")
def test_official_by_name_does_not_fall_back(project: Path) -> None:
    with pytest.raises(BaseUnavailable, match="connection refused") as raised:
        resolve(project, base="official", **VERSIONS)

    assert_one_line(raised.value)
    assert "--base source" in str(raised.value.mend)


def test_the_executor_package_is_not_the_one_of_the_constraints(
    official_reference: str, project: Path
) -> None:
    built = build_project(project, tag="official-like", base=official_reference, **VERSIONS)

    version = "import importlib.metadata as m; print(m.version('apache-airflow-providers-amazon'))"
    constraints = "print(open('/home/airflow/constraints.txt').read())"
    installed, pinned = (
        containers.run(built.tag, ["python", "-c", code]).stdout for code in (version, constraints)
    )

    assert f"apache-airflow-providers-amazon=={OTHER_EXECUTOR_PACKAGE}\n" in pinned
    assert installed.strip() == spec_of(project, **VERSIONS).executor_package_version


def test_a_worker_does_not_wait_where_the_base_itself_would(
    official_base: str, official_reference: str, project: Path
) -> None:
    built = build_project(project, tag="official-like", base=official_reference, **VERSIONS)
    command = ["python", "-c", "print('started')"]
    once = {**NO_DATABASE, "CONNECTION_CHECK_MAX_COUNT": "1"}

    gated = containers.run(official_base, command, environment=once)
    worker = containers.run(built.tag, command, environment=NO_DATABASE)

    assert (gated.exit_code, "started" in gated.stdout) == (1, False)
    assert (worker.exit_code, worker.stdout) == (0, "started\n")


@pytest.mark.slow
def test_system_packages_reach_an_image_on_an_official_base(
    official_reference: str, project: Path, tmp_path: Path
) -> None:
    shutil.copytree(project, tmp_path, dirs_exist_ok=True)

    built = build_project(
        tmp_path, tag="system-packages", base=official_reference, system_packages=("hello",), **VERSIONS
    )

    completed = containers.run(built.tag, ["bash", "-c", "hello --greeting=here; id -u"])
    assert completed.stdout == "here\n50000\n"


@pytest.mark.registry
@pytest.mark.slow
def test_an_image_on_the_real_official_image(project: Path) -> None:
    try:
        base, _ = resolve(project, base="official", **VERSIONS)
    except BaseUnavailable as error:
        pytest.skip(error.message)

    built = build_project(project, tag="official", base="official", **VERSIONS)

    assert built.details.labels["org.opencontainers.image.base.digest"] == base.digest
    assert containers.run(built.tag, ["version"]).stdout.strip() == OFFICIAL_AIRFLOW


def assert_one_line(error: ToolkitError) -> None:
    assert len(str(error).splitlines()) == 1
