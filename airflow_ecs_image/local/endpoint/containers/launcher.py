"""The launcher whose tasks are containers of the engine: which thread does what, and when."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Any

from airflow_ecs_image.local.endpoint.configuration import Configuration
from airflow_ecs_image.local.endpoint.defects import log_defect
from airflow_ecs_image.local.endpoint.launcher import Reports
from airflow_ecs_image.local.endpoint.task import STOPPED, Task

from .create import PAUSE
from .engine import EngineApi, EngineError
from .life import Life
from .records import recorded
from .watch import watch

_log = logging.getLogger(__name__)
_WORKERS = 8
_AGAIN_SECONDS = 1.0


class ContainerLauncher:
    """See `launcher.Launcher`. What concerns one task is done under its lock, by a few threads."""

    def __init__(self, configuration: Configuration, reports: Reports) -> None:
        self._stack = configuration.stack
        self._reports = reports
        self._engine = EngineApi(configuration.engine_socket)
        self._life = Life(configuration, self._engine, reports)
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="task")
        self._tasks: dict[str, Task] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._stopping: set[str] = set()

    def accept(self, task: Task) -> None:
        """Make its containers."""
        self._tasks[task.id] = task
        with self._lock(task):
            self._life.make(task)

    def launch(self, task: Task) -> None:
        """Start them."""
        self._do(self._life.launch, task)

    def stop(self, task: Task) -> None:
        """SIGTERM to all, and SIGKILL to those that do not end in their stopTimeout."""
        if task.id not in self._stopping:
            self._stopping.add(task.id)
            # A thread of its own: a stop takes as long as the container likes.
            threading.Thread(target=self._guarded, args=(self._stop, task), daemon=True).start()

    def forget(self, task: Task) -> None:
        """Remove its containers, its volumes and its output."""
        try:
            with self._lock(task):
                self._life.remove(task)
        except (EngineError, OSError, HTTPException) as error:
            _log.warning("task %s: not removed yet: %s", task.id, type(error).__name__)
            self._later(self.forget, task)
            return
        self._tasks.pop(task.id, None)
        self._locks.pop(task.id, None)

    def records(self) -> list[Task]:
        """The tasks that the labels of containers tell of."""
        return recorded(self._engine, self._stack)

    def resume(self, tasks: Sequence[Task]) -> None:
        """See what became of them, and follow the engine from here on."""
        since = time.time()
        self._tasks.update({task.id: task for task in tasks})
        for task in tasks:
            self._life.take_up(task)
        for task in tasks:
            if task.launched:
                self._do(self._look, task)
        threading.Thread(target=self._watch, args=(since,), daemon=True).start()

    def log(self, task: Task, container: str) -> bytes:
        """What it wrote."""
        return self._life.log(task, container)

    def stats(self, task: Task) -> Mapping[str, Any]:
        """The engine's statistics of its containers."""
        return self._life.stats(task)

    def _look(self, task: Task) -> None:
        self._life.look(task)
        if task.desired_status == STOPPED and task.status != STOPPED:
            self.stop(task)

    def _stop(self, task: Task) -> None:
        # The lock lets a launch that is under way come to its end, which then has something to stop.
        with self._lock(task):
            self._reports.stopping(task.id)
        self._life.stop(task)
        self._stopping.discard(task.id)
        self._locked(self._life.look, task)

    def _watch(self, since: float) -> None:
        watch(self._engine, self._stack, since, changed=self._changed, reconnected=self._look_at_all)

    def _changed(self, task_id: str, container: str) -> None:
        task = self._tasks.get(task_id)
        if task is not None and container != PAUSE:
            self._do(self._look, task)

    def _look_at_all(self) -> None:
        for task in list(self._tasks.values()):
            if task.launched:
                self._do(self._look, task)

    def _do(self, action: Callable[[Task], None], task: Task) -> None:
        self._pool.submit(self._locked, action, task)

    def _lock(self, task: Task) -> threading.Lock:
        return self._locks.setdefault(task.id, threading.Lock())

    def _locked(self, action: Callable[[Task], None], task: Task) -> None:
        with self._lock(task):
            if task.status != STOPPED:
                self._guarded(action, task)

    def _guarded(self, action: Callable[[Task], None], task: Task) -> None:
        try:
            action(task)
        except (OSError, HTTPException) as error:
            _log.warning("task %s: the engine does not answer: %s", task.id, type(error).__name__)
            self._later(lambda late: self._do(self._look, late), task)
        except Exception as error:  # noqa: BLE001 - one task must not end the thread of the others
            log_defect(_log, f"task {task.id}", error)

    def _later(self, action: Callable[[Task], None], task: Task) -> None:
        timer = threading.Timer(_AGAIN_SECONDS, action, (task,))
        timer.daemon = True
        timer.start()
