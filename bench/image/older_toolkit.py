"""A copy of the toolkit that also knows an older patch release of Airflow, so that a project can move between the two."""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import tomlkit

from airflow_ecs_image.update.update import Update
from airflow_ecs_image.versions import load_versions, lock_lines, lock_path, versions_path
from bench.contenders.dockerfile import silent
from bench.contenders.official_like import lock_of

_ROOT = Path(__file__).parents[2]
_PARTS = (
    "build.py",
    "pyproject.toml",
    "Dockerfile.j2",
    "airflow_ecs_image",
    "entrypoint",
    "requirements",
    "setup",
)
OLDER = MappingProxyType({"3.3.2": "3.3.1", "2.11.2": "2.11.1"})
"""Airflow → an older patch release of its minor version, whose packages can be those of the newer one."""


@dataclass(frozen=True)
class OlderToolkit:
    """`root` has what a checkout has; `older` is the release that `airflow` is compared with."""

    root: Path
    airflow: str
    older: str

    @property
    def door(self) -> Path:
        """Its `build.py`."""
        return self.root / "build.py"

    @property
    def requirements(self) -> Path:
        """Its versions.toml and locks."""
        return self.root / "requirements"

    def shuffle_lock(self) -> None:
        """Give the newer release's lock another order: the same packages, by a step that no cache has seen."""
        lock = lock_of(self.airflow, load_versions())
        lines = sorted(lock_lines(lock, self.requirements), key=lambda _: uuid.uuid4().bytes)
        lock_path(lock, self.requirements).write_text("\n".join(lines) + "\n", encoding="utf-8")


def older_toolkit(airflow: str, folder: Path) -> OlderToolkit:
    """Copy the toolkit into `folder` and add the older release to it, as `make update` adds one.

    Its packages are those of the newer one's lock, Airflow's own apart: the published constraint sets may be out of
    reach. Raises what an update raises.
    """
    folder.mkdir()
    for part in _PARTS:
        source = _ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / part)
    (folder / ".venv").symlink_to(_ROOT / ".venv", target_is_directory=True)
    toolkit = OlderToolkit(folder, airflow, OLDER[airflow])
    _forget(toolkit.older, versions_path(toolkit.requirements))
    pins = [line.split(" ", 1)[0] for line in lock_lines(lock_of(airflow, load_versions()))]
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(pins) + "\n", encoding="utf-8")
    Update(silent(), toolkit.requirements, constraints, today=dt.datetime.now(dt.UTC).date()).run(
        toolkit.older
    )
    return toolkit


def _forget(release: str, path: Path) -> None:
    """Take a release out, so that it is added like the newer one: the toolkit may list it without a lock."""
    document: Any = tomlkit.parse(path.read_text(encoding="utf-8"))
    document["airflow"].pop(release, None)
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
