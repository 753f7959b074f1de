"""Which Airflow, Python and executor package fit together: requirements/versions.toml decides."""

from __future__ import annotations

import re

from airflow_ecs_image.spec.refusal import Refused
from airflow_ecs_image.versions import EXECUTOR_PACKAGE, AirflowRelease, load_versions

RELEASED = re.compile(r"\d+\.\d+\.\d+")


def airflow_version(value: str) -> str:
    """Refuse an Airflow that this toolkit does not know."""
    releases = load_versions().airflow
    if value not in releases:
        raise Refused("this toolkit does not know that Airflow version", ", ".join(releases))
    return value


def python_version(value: str, airflow: str, base: str) -> str:
    """Refuse a Python that the Airflow version, or its source base, does not exist for."""
    release = load_versions().airflow[airflow]
    if value not in release.pythons:
        raise Refused(f"Airflow {airflow} is not supported on that Python", ", ".join(release.pythons))
    if base == "source" and not release.pythons[value].buildable_from_source:
        raise Refused(f"base 'source' has no lock for Airflow {airflow} on that Python", _buildable())
    return value


def executor_package_version(value: str, airflow: str) -> str:
    """Refuse an executor package that is older than the floor of the Airflow version."""
    floor = load_versions().airflow[airflow].executor_package_floor
    if not RELEASED.fullmatch(value):
        raise Refused(f"it is not a released version of {EXECUTOR_PACKAGE}", f"X.Y.Z, {floor} or newer")
    if _numbers(value) < _numbers(floor):
        raise Refused(f"its ECS executor does not work with Airflow {airflow}", f"{floor} or newer")
    return value


def _buildable() -> str:
    return "; ".join(
        f"Airflow {release.version} on {' or '.join(pythons)}"
        for release in load_versions().airflow.values()
        if (pythons := _source_pythons(release))
    )


def _source_pythons(release: AirflowRelease) -> list[str]:
    return [name for name, python in release.pythons.items() if python.buildable_from_source]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
