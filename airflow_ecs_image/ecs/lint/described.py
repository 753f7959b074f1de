"""What image.toml says, as the sides of the deployment that it describes."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from airflow_ecs_image.ecs.control_plane_environment import (
    JWT_SECRET,
    REGION,
    Component,
    secrets_of,
    variables,
)
from airflow_ecs_image.ecs.executor_options import variable
from airflow_ecs_image.ecs.lint.model import Kind, Kwargs, Said, Setting, Side
from airflow_ecs_image.ecs.lint.position import Position
from airflow_ecs_image.ecs.lint.run_task import object_in
from airflow_ecs_image.ecs.place import region_of
from airflow_ecs_image.ecs.remote_logging import remote_logging
from airflow_ecs_image.ecs.worker_environment import DATABASE, EXECUTION_API, EXECUTOR, FERNET_KEY
from airflow_ecs_image.spec import EcsSpec, ImageSpec, load_ecs_spec, load_spec
from airflow_ecs_image.spec.dag_bundle_config import dag_bundle_config
from airflow_ecs_image.spec.ecs_model import TABLE
from airflow_ecs_image.spec.image_toml import ImageToml, read_image_toml
from airflow_ecs_image.spec.rules.bundles import CONFIG_VARIABLE
from airflow_ecs_image.spec.sources import TABLES

_KEYS = {
    EXECUTOR: "executors",
    EXECUTION_API: "execution_api_server_url",
    REGION: "region",
    DATABASE: "database_secret",
    FERNET_KEY: "fernet_key_secret",
    variable("region_name"): "region",
    variable("run_task_kwargs"): "run_task_kwargs",
    "AIRFLOW__LOGGING__REMOTE_LOGGING": "remote_logs",
    "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER": "remote_logs",
}


@dataclass(frozen=True)
class Described:
    """Both specs of one image.toml, which is named `file`; unlike `ecs env` it refuses nothing, so that rules can say it."""

    file: str
    directory: Path
    image: ImageSpec
    ecs: EcsSpec

    @cached_property
    def _tables(self) -> dict[str, ImageToml]:
        """The file, read once for each of its tables."""
        return {
            table: read_image_toml(self.directory, model.model_fields, table=table, tables=(TABLE,))
            for table, model in TABLES.items()
        }

    def said(self, key: str, value: str, *, table: str = "") -> Said:
        """A value of the spec and the line that its key is on."""
        return Said(value, self._position(key, table))

    def sides(self) -> tuple[Side, ...]:
        """The control plane on one machine, and the worker. SpecError when no region is known."""
        major = int(self.image.airflow_version.partition(".")[0])
        control = self._settings(variables(self.image, self.ecs, Component.ALL))
        control |= self._elsewhere(secrets_of(Component.ALL, major))
        worker = self._settings(self._worker())
        if major > 2:
            secrets: dict[str, str] = {}
        else:
            given = {DATABASE: self.ecs.database_secret, FERNET_KEY: self.ecs.fernet_key_secret}
            secrets = {name: value for name, value in given.items() if value}
        worker |= self._elsewhere({**secrets, **self.ecs.secrets})
        return (self._side(Component.ALL, control), self._side(Component.WORKER, worker))

    def _worker(self) -> dict[str, str]:
        found = {REGION: region_of(self.image, self.ecs), EXECUTOR: ",".join(self.ecs.executors)}
        if not self.image.airflow_version.startswith("2.") and self.ecs.execution_api_server_url:
            found[EXECUTION_API] = self.ecs.execution_api_server_url
        if bundles := dag_bundle_config(self.image):
            found[CONFIG_VARIABLE] = bundles
        return {**found, **remote_logging(self.ecs), **self.image.environment, **self.ecs.worker_environment}

    def _side(self, component: Component, settings: dict[str, Setting]) -> Side:
        kwargs = settings.get(variable("run_task_kwargs"))
        return Side(
            component,
            self.image.airflow_version,
            Kind.SPEC,
            Position(self.file),
            settings,
            tuple(settings.values()),
            Kwargs(object_in(kwargs.value), kwargs.position, Kind.SPEC) if kwargs and kwargs.value else None,
        )

    def _settings(self, values: dict[str, str]) -> dict[str, Setting]:
        return {
            name: Setting(name, value, self._position(self._key(name), TABLE), Kind.SPEC)
            for name, value in values.items()
        }

    def _elsewhere(self, names: dict[str, str]) -> dict[str, Setting]:
        return {
            name: Setting(name, None, self._position(_KEYS.get(name, name), TABLE), Kind.SPEC)
            for name in names
            if name != JWT_SECRET or not self.image.airflow_version.startswith("2.")
        }

    def _key(self, name: str) -> str:
        return _KEYS.get(name, name.removeprefix(variable("")).lower())

    def _position(self, key: str, table: str) -> Position:
        line = re.search(r":(\d+)$", self._tables[table].origin(key))
        return Position(self.file, int(line[1]) if line else 0)


def described_by(file: str, directory: Path) -> Described:
    """Load the image.toml of that name. SpecError for each wrong value in it."""
    folder = (directory / file).parent
    return Described(file, folder, load_spec({}, os.environ, folder), load_ecs_spec({}, os.environ, folder))
