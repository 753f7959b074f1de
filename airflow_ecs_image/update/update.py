"""What `make update` does, in its order."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from airflow_ecs_image.console import Console
from airflow_ecs_image.update import constraints
from airflow_ecs_image.update.constraints import ConstraintSet
from airflow_ecs_image.update.digests import digest_of, refresh, wanted
from airflow_ecs_image.update.edits import add_release, set_value
from airflow_ecs_image.update.files import write_if_changed
from airflow_ecs_image.update.locks import airflow_locks, development_lock, tool_locks
from airflow_ecs_image.versions import AirflowRelease, Versions, load_versions, versions_path


class Update:
    """Rewrites the files of one requirements folder; `constraints_file` replaces the published constraint sets.

    `today` becomes the date of versions.toml where anything changes.
    """

    def __init__(
        self,
        console: Console,
        requirements: Path,
        constraints_file: Path | None = None,
        *,
        today: dt.date,
    ) -> None:
        self._console = console
        self._requirements = requirements
        self._path = versions_path(requirements)
        self._given = constraints.read(constraints_file) if constraints_file else None
        self._today = today

    def run(self, airflow: str | None = None) -> None:
        """Update one Airflow, added first when it is new, or everything."""
        if airflow and airflow not in self._versions.airflow:
            self._add(airflow)
            return
        names = [airflow] if airflow else list(self._versions.airflow)
        self._digests(names, suites=airflow is None)
        for name in names:
            self._airflow(name)
        if airflow is None:
            self._tools()

    def _add(self, airflow: str) -> None:
        before = self._document
        self._save(add_release(before, airflow, self._versions.airflow))
        try:
            self._airflow(airflow)
        except BaseException:
            # Without its locks the new release would be offered and could not be built.
            self._save(before)
            raise
        self._digests([airflow], suites=False)

    @property
    def _versions(self) -> Versions:
        return load_versions(self._path)

    @property
    def _document(self) -> str:
        return self._path.read_text(encoding="utf-8")

    def _save(self, document: str) -> bool:
        changed = write_if_changed(self._path, document)
        load_versions.cache_clear()
        return changed

    def _digests(self, names: list[str], *, suites: bool) -> None:
        releases = [self._versions.release(name) for name in names]
        with self._console.step("digests of the base images"):
            debian = self._versions.debian.values() if suites else ()
            document, silences = refresh(self._document, wanted(releases, debian), digest_of)
            changed = self._save(document)
        for silence in silences:
            self._console.warning(silence)
        self._report([self._path.name] if changed else [])

    def _airflow(self, name: str) -> None:
        with self._console.step(f"locks of Airflow {name}"):
            changed = self._executor_package(self._versions.release(name))
            locked = airflow_locks(self._versions.release(name), self._constraints, self._requirements)
            changed += [path.name for path, new in locked if new]
        self._report(changed)

    def _executor_package(self, release: AirflowRelease) -> list[str]:
        """Take the executor package that the release's own constraint set pins."""
        pinned = self._constraints(release.version, release.default_python).executor_package
        if not pinned or pinned == release.executor_package:
            return []
        self._save(set_value(self._document, ("airflow", release.version, "executor_package"), pinned))
        return [f"{self._path.name} (executor package {release.executor_package} → {pinned})"]

    def _tools(self) -> None:
        with self._console.step("locks of the tools and of a checkout"):
            written = [*tool_locks(self._versions, self._requirements), development_lock(self._requirements)]
        self._report([path.name for path, new in written if new])

    def _constraints(self, airflow: str, python: str) -> ConstraintSet:
        return self._given or constraints.fetch(airflow, python)

    def _report(self, changed: list[str]) -> None:
        if changed:
            self._save(set_value(self._document, ("date",), self._today))
        self._console.note(f"changed: {', '.join(changed)}" if changed else "nothing changed")
