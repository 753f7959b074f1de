"""The life of one task as containers: made, started, looked at, stopped, removed.

The caller sees to it that one thing happens to a task at a time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

from airflow_ecs_image.local.endpoint.configuration import Configuration
from airflow_ecs_image.local.endpoint.launcher import Reports
from airflow_ecs_image.local.endpoint.moments import epoch
from airflow_ecs_image.local.endpoint.task import STOPPED, Task

from .addresses import LinkLocalAddresses
from .create import PAUSE, Room, container_name, shared_volumes, volume_name
from .engine import EngineApi, EngineError
from .labels import STACK, TASK
from .log_files import LogFiles
from .make import NotStarted, check_image, make_containers, start_order
from .own_container import own_image
from .states import Ended, ended, has_started, health

_log = logging.getLogger(__name__)
_STOP_SECONDS = 30
"""ECS's default of stopTimeout (API reference, ContainerDefinition)."""

_KILLED = 137
_HALF_STARTED = (
    "CannotStartContainerError: the endpoint ended while the containers of the task were being started"
)

Containers = Mapping[str, Mapping[str, Any]]
"""What the engine says of the containers of a task that are there, by their names in it."""


class Life:
    """What can be done with a task. Methods raise EngineError, or OSError when the engine does not answer."""

    def __init__(self, configuration: Configuration, engine: EngineApi, reports: Reports) -> None:
        self._stack = configuration.stack
        self._network = configuration.network
        self._engine = engine
        self._reports = reports
        self._addresses = LinkLocalAddresses()
        self._logs = LogFiles(configuration.state / "logs")
        self._room = Room(configuration, engine.facts().cpus, own_image(engine))

    def make(self, task: Task) -> None:
        """Make its containers, which hold its record; nothing starts. What hinders that is said at its launch."""
        task.link_local = self._addresses.take(task.id)
        try:
            make_containers(task, self._engine, self._room)
        except (NotStarted, EngineError, OSError, HTTPException) as error:
            _log.info("task %s: not made yet: %s", task.id, type(error).__name__)

    def take_up(self, task: Task) -> None:
        """An earlier process made it."""
        if task.link_local:
            self._addresses.hold(task.id, task.link_local)
        elif not task.launched:
            self.make(task)

    def launch(self, task: Task) -> None:
        """Start its containers, which are made where they are missing."""
        self._reports.pending(task.id, time.time())
        try:
            for container in task.containers:
                check_image(task, container, self._engine)
            self._reports.pulled(task.id, time.time())
            make_containers(task, self._engine, self._room)
            for name in start_order(task):
                if task.desired_status != STOPPED:
                    self._engine.start(self._name(task, name))
        except NotStarted as refusal:
            self._fail(task, refusal.reason, refusal.container)
        except EngineError as error:
            self._fail(task, f"CannotStartContainerError: Error response from daemon: {error}", "")
        else:
            self.look(task)

    def look(self, task: Task) -> None:
        """Report what the engine says of its containers; launch it when it never was."""
        found = self._containers(task)
        started = [has_started(container) for container in found.values()]
        if task.started_at is None and not (started and all(started)):
            if any(started):
                self._fail(task, _HALF_STARTED, "")
            elif task.desired_status == STOPPED:
                self._fail(task, "", "")
            else:
                self.launch(task)
            return
        if task.started_at is None:
            self._report_running(task, found)
        self._report_ends(task, found)
        if all(container.exit_code is not None for container in task.containers):
            self._finish(task)

    def stop(self, task: Task) -> None:
        """SIGTERM to all, and SIGKILL to those that outlive their stopTimeout; returns when all have ended."""
        threads = []
        for container in task.containers:
            seconds = task.container_definition(container.name).get("stopTimeout") or _STOP_SECONDS
            arguments = (self._name(task, container.name), int(seconds))
            threads.append(threading.Thread(target=self._stop_container, args=arguments, daemon=True))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def remove(self, task: Task) -> None:
        """Remove all that is left of it."""
        self._remove_containers(task)
        self._addresses.give_back(task.id)
        for container in task.containers:
            self._logs.remove(task, container.name)

    def log(self, task: Task, container: str) -> bytes:
        """What it wrote: from the engine as long as it is there, else from its file."""
        try:
            return self._engine.log(self._name(task, container))
        except (EngineError, OSError, HTTPException):
            return self._logs.read(task, container)

    def stats(self, task: Task) -> dict[str, Any]:
        """The engine's statistics of its containers."""
        try:
            return {one.name: self._engine.stats(self._name(task, one.name)) for one in task.containers}
        except (EngineError, OSError, HTTPException):
            return {}

    def _name(self, task: Task, container: str) -> str:
        return container_name(task, self._stack, container)

    def _containers(self, task: Task) -> Containers:
        found = {}
        for container in task.containers:
            try:
                found[container.name] = self._engine.inspect(self._name(task, container.name))
            except EngineError:
                continue
        return found

    def _report_running(self, task: Task, found: Containers) -> None:
        # The moment of the last to start: before it the task was not RUNNING.
        at = max(epoch(container["State"]["StartedAt"]) for container in found.values())
        self._reports.pending(task.id, at)
        self._reports.pulled(task.id, at)
        self._reports.running(
            task.id,
            at,
            address=self._address(task, found),
            runtime_ids={name: str(container["Id"]) for name, container in found.items()},
        )

    def _report_ends(self, task: Task, found: Containers) -> None:
        for container in task.containers:
            if container.exit_code is not None:
                continue
            there = found.get(container.name)
            # Somebody removed it: it has been killed.
            end = Ended(time.time(), _KILLED, "") if there is None else ended(there)
            if end is not None:
                self._reports.exited(task.id, container.name, end.at, end.exit_code, reason=end.reason)
            elif there is not None:
                self._reports.health(task.id, container.name, health(there))

    def _address(self, task: Task, found: Containers) -> str:
        """Its address in the stack's network; empty when it has ended."""
        if len(task.containers) > 1:
            holder: Mapping[str, Any] = self._engine.inspect(self._name(task, PAUSE))
        else:
            holder = next(iter(found.values()))
        networks = holder["NetworkSettings"]["Networks"]
        return str((networks.get(self._network) or {}).get("IPAddress") or "")

    def _stop_container(self, name: str, seconds: int) -> None:
        try:
            self._engine.stop(name, seconds)
        except (EngineError, OSError, HTTPException) as error:
            _log.info("%s: not stopped: %s", name, type(error).__name__)

    def _finish(self, task: Task) -> None:
        """All has ended: keep the output, let go of the network."""
        for container in task.containers:
            self._logs.write(task, container.name, self.log(task, container.name))
        if len(task.containers) > 1:
            self._engine.remove(self._name(task, PAUSE))
        self._addresses.give_back(task.id)
        self._reports.stopped(task.id, time.time())

    def _fail(self, task: Task, reason: str, container: str) -> None:
        self._remove_containers(task)
        self._addresses.give_back(task.id)
        self._reports.failed(task.id, time.time(), reason, container=container)

    def _remove_containers(self, task: Task) -> None:
        for found in self._engine.containers({STACK: self._stack, TASK: task.id}):
            self._engine.remove(str(found["Id"]))
        for volume in shared_volumes(task):
            self._engine.remove_volume(volume_name(task, self._stack, volume))
