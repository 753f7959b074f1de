"""The official-like base: a stand-in for apache/airflow, which cannot be pulled everywhere.

It keeps the contract of the official image (`official_like/Dockerfile`) with the packages of the toolkit's own lock.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from airflow_ecs_image.bases.source import resolve_source
from airflow_ecs_image.engine import images
from airflow_ecs_image.spec import load_spec
from airflow_ecs_image.versions import Versions, load_versions, lock_path, versions_path
from bench.contenders.dockerfile import build_dockerfile, native_platform, silent
from bench.contenders.model import PYTHON

_SOURCES = Path(__file__).parent / "official_like"


def build_official_like(
    airflow: str,
    context: Path,
    tag: str,
    *,
    root_filesystem: str | None = None,
    executor_package: str | None = None,
    requirements: Path | None = None,
) -> str:
    """Build the base of an Airflow that has a lock for Python 3.11; returns `tag`.

    `context` is an empty folder for the files of the build. `root_filesystem` is the Debian 12 that it starts from, by
    default the toolkit's own. `executor_package` is the version of the executor package in the base's constraints, by
    default the one that the toolkit installs; the base itself does not hold that package. `requirements` is the folder
    of versions.toml and the locks, by default the toolkit's own. Raises what a build raises.
    """
    versions = load_versions(versions_path(requirements))
    release = versions.release(airflow)
    shutil.copyfile(lock_path(lock_of(airflow, versions), requirements), context / "airflow.txt")
    shutil.copyfile(lock_path(versions.tools.uv_lock), context / "uv.txt")
    shutil.copy(_SOURCES / "entrypoint", context / "entrypoint")
    return build_dockerfile(
        (_SOURCES / "Dockerfile").read_text(encoding="utf-8"),
        context,
        tag,
        # Debian goes by the Python; `airflow` may be one that the toolkit itself does not list.
        root_filesystem=root_filesystem or debian_of(load_versions().default, context),
        airflow_version=airflow,
        other_executor_package=executor_package or release.executor_package,
    )


def lock_of(airflow: str, versions: Versions) -> str:
    """The name of the lock of an Airflow for Python 3.11; AssertionError where `versions` has none."""
    lock = versions.release(airflow).python(PYTHON).lock
    if lock is None:
        raise AssertionError(
            f"requirements/versions.toml has no lock for Airflow {airflow} and Python {PYTHON}"
        )
    return lock


def debian_of(airflow: str, folder: Path, python: str = PYTHON) -> str:
    """The root filesystem that the source base of this Airflow and Python starts from, in the engine's store.

    `folder` is one without a spec file.
    """
    platform = native_platform()
    values = {"base": "source", "airflow_version": airflow, "python_version": python, "platform": (platform,)}
    base = resolve_source(load_spec(values, {}, folder), console=silent(), prepare=True)
    if base.root_filesystem == "registry" and not images.exists(base.reference):
        images.pull(base.reference, platform)
    return base.reference
