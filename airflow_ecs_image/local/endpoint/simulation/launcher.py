"""The launcher without containers: see `..launcher` for what is asked of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from airflow_ecs_image.local.endpoint.containers.secret_values import SecretMissing, secret_values
from airflow_ecs_image.local.endpoint.launcher import Reports
from airflow_ecs_image.local.endpoint.task import Task

from .clock import Clock
from .settings import SimulationSettings
from .task_life import KILLED, TaskLife

_STOP_SECONDS = 30.0  # ECS's default of stopTimeout (API reference, ContainerDefinition).


class SimulatedLauncher:
    """Simulates tasks as `simulation` says (`SimulationSettings`); raises ValueError for a wrong value.

    `secrets` are the values of the task definitions' secrets by ARN or name, `environment` is added to every task's own.
    A simulated worker ends with this process, as a container does with its machine.
    """

    def __init__(
        self,
        simulation: Mapping[str, Any],
        reports: Reports,
        *,
        secrets: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._settings = SimulationSettings.of(simulation)
        self._reports = reports
        self._secrets = dict(secrets or {})
        self._environment = dict(environment or {})
        self._clock = Clock(self._settings.connections)
        self._lives: dict[str, TaskLife] = {}
        self._changing = threading.Lock()

    def accept(self, task: Task) -> None:
        """Nothing has to be prepared."""

    def launch(self, task: Task) -> None:
        """Begin to simulate it."""
        try:
            environment = self._environment_of(task)
        except SecretMissing as error:
            self._reports.failed(task.id, time.time(), str(error))
            return
        life = TaskLife(task, environment, self._settings, self._clock, self._reports)
        with self._changing:
            self._lives[task.id] = life
        life.begin()

    def stop(self, task: Task) -> None:
        """Let SIGTERM pass and kill it when `stopTimeout` is over, unless it ends before."""
        life = self._lives.get(task.id)
        if life is not None:
            definition = task.container_definition(task.containers[0].name)
            life.stop(float(definition.get("stopTimeout") or _STOP_SECONDS))

    def forget(self, task: Task) -> None:
        """Drop its log."""
        with self._changing:
            self._lives.pop(task.id, None)

    def records(self) -> Sequence[Task]:
        """None: a simulated task leaves nothing."""
        return ()

    def resume(self, tasks: Sequence[Task]) -> None:
        """What an earlier process simulated has ended with it."""
        for task in tasks:
            if not task.launched:
                continue
            if task.started_at is None:
                self._reports.failed(task.id, time.time(), "The simulation ended before the task started")
                continue
            for container in task.containers:
                self._reports.exited(task.id, container.name, time.time(), KILLED)
            self._reports.stopped(task.id, time.time())

    def log(self, task: Task, container: str) -> bytes:  # noqa: ARG002 - a simulated task has one log
        """The marks of the entrypoint and the words of the simulated worker."""
        life = self._lives.get(task.id)
        return b"" if life is None else life.log()

    def stats(self, task: Task) -> Mapping[str, Any]:  # noqa: ARG002 - there is nothing to measure
        """None."""
        return {}

    def _environment_of(self, task: Task) -> dict[str, str]:
        """What the worker's container would have: what is added here under what the definition and the overrides say."""
        name = task.containers[0].name
        definition = task.container_definition(name)
        found = dict(self._environment)
        for variables in (
            definition.get("environment"),
            task.container_override(name).get("environment"),
        ):
            found |= {variable["name"]: variable["value"] for variable in variables or ()}
        return found | secret_values(definition.get("secrets") or (), self._secrets)
