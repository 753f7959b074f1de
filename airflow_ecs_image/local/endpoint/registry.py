"""All tasks of the endpoint and what becomes of them: the state machine, the slots, the records."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping

from . import transitions
from .launcher import Launcher
from .store import Store
from .task import RUNNING, STOPPED, Task


class Registry:
    """The tasks by id. Implements `launcher.Reports`; every change is in the store before anybody sees it.

    Tasks beyond `slots` wait in PROVISIONING, first come, first served.
    """

    def __init__(self, store: Store, *, slots: int, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._slots = slots
        self._clock = clock
        self._lock = threading.RLock()
        self._tasks: dict[str, Task] = {}
        self._waiting: deque[str] = deque()
        self._busy: set[str] = set()
        self._launcher: Launcher | None = None

    # -- its beginning

    def load(self, launcher: Launcher) -> None:
        """Read what an earlier process left."""
        self._launcher = launcher
        found = {task.id: task for task in launcher.records()}
        for name, record in self._store.read_all():
            found[name] = Task.from_record(record)
        with self._lock:
            for task in sorted(found.values(), key=lambda task: (task.created_at, task.asked_at)):
                self._tasks[task.id] = task
                if task.status == STOPPED:
                    continue
                if task.launched:
                    self._busy.add(task.id)
                elif task.desired_status == RUNNING:
                    self._waiting.append(task.id)

    def resume(self) -> None:
        """Go on with it, and begin to launch."""
        assert self._launcher is not None
        with self._lock:
            active = [task for task in self._tasks.values() if task.status != STOPPED]
        self._launcher.resume(active)
        self._launch_waiting()

    # -- what the API asks

    def add(self, tasks: Iterable[Task]) -> None:
        """Take new tasks, in PROVISIONING."""
        assert self._launcher is not None
        for task in tasks:
            self._launcher.accept(task)
            with self._lock:
                self._tasks[task.id] = task
                self._keep(task)
                self._waiting.append(task.id)
        self._launch_waiting()

    def get(self, task_id: str) -> Task | None:
        """A task, or None when there is none."""
        return self._tasks.get(task_id)

    def reading(self) -> threading.RLock:
        """Held while several values of a task are read that belong together."""
        return self._lock

    def all(self) -> list[Task]:
        """All tasks, newest last."""
        with self._lock:
            return list(self._tasks.values())

    def counts(self) -> tuple[int, int]:
        """How many tasks hold a slot, and how many wait for one."""
        with self._lock:
            return len(self._busy), len(self._waiting)

    def stop(self, task: Task, reason: str) -> None:
        """Begin to end a task as StopTask does; nothing happens when it ends already."""
        assert self._launcher is not None
        with self._lock:
            if task.desired_status == STOPPED:
                return
            transitions.stop_asked(task, reason, self._clock())
            launched = task.launched
            if not launched:
                self._drop_waiting(task.id)
                transitions.stopped(task, self._clock())
            self._keep(task)
        if launched:
            self._launcher.stop(task)
        else:
            # What was prepared must never run, even if the records get lost.
            self._launcher.forget(task)

    def forget_stopped(self, kept_seconds: float) -> None:
        """Remove the tasks that have been STOPPED for longer."""
        assert self._launcher is not None
        limit = self._clock() - kept_seconds
        with self._lock:
            old = [
                task
                for task in self._tasks.values()
                if task.stopped_at is not None and task.stopped_at < limit
            ]
        for task in old:
            self._launcher.forget(task)
            with self._lock:
                self._tasks.pop(task.id, None)
                self._store.remove(task.id)

    # -- what the launcher reports

    def pending(self, task_id: str, at: float) -> None:
        """See `Reports.pending`."""
        self._change(task_id, lambda task: transitions.pending(task, at))

    def pulled(self, task_id: str, at: float) -> None:
        """See `Reports.pulled`."""
        self._change(task_id, lambda task: transitions.pulled(task, at))

    def running(
        self, task_id: str, at: float, *, address: str = "", runtime_ids: Mapping[str, str] | None = None
    ) -> None:
        """See `Reports.running`."""
        self._change(task_id, lambda task: transitions.running(task, at, address, runtime_ids or {}))

    def stopping(self, task_id: str) -> None:
        """See `Reports.stopping`."""
        self._change(task_id, transitions.stopping)

    def health(self, task_id: str, container: str, status: str) -> None:
        """See `Reports.health`."""
        self._change(task_id, lambda task: transitions.health(task, container, status))

    def exited(self, task_id: str, container: str, at: float, exit_code: int, *, reason: str = "") -> None:
        """See `Reports.exited`."""
        task = self._change(
            task_id,
            lambda task: transitions.exited(task, container, at, exit_code, reason),
            also=self._free_slot,
        )
        # An essential container takes the others with it.
        others = task is not None and any(other.exit_code is None for other in task.containers)
        if task is not None and others and task.desired_status == STOPPED and self._launcher is not None:
            self._launcher.stop(task)
        self._launch_waiting()

    def stopped(self, task_id: str, at: float) -> None:
        """See `Reports.stopped`."""
        self._change(task_id, lambda task: transitions.stopped(task, at), also=self._free_slot)
        self._launch_waiting()

    def failed(self, task_id: str, at: float, reason: str, *, container: str = "") -> None:
        """See `Reports.failed`."""
        self._change(
            task_id, lambda task: transitions.failed(task, at, reason, container), also=self._free_slot
        )
        self._launch_waiting()

    # -- inside

    def _change(
        self, task_id: str, change: Callable[[Task], bool], also: Callable[[Task], None] | None = None
    ) -> Task | None:
        """Apply a transition; the task when it changed something."""
        with self._lock:
            task = self._tasks.get(task_id)
            if task is None or not change(task):
                return None
            if also is not None:
                also(task)
            self._keep(task)
            return task

    def _free_slot(self, task: Task) -> None:
        if task.status == STOPPED or task.execution_stopped_at is not None:
            self._busy.discard(task.id)

    def _keep(self, task: Task) -> None:
        self._store.write(task.id, task.to_record())

    def _drop_waiting(self, task_id: str) -> None:
        if task_id in self._waiting:
            self._waiting.remove(task_id)

    def _launch_waiting(self) -> None:
        assert self._launcher is not None
        while True:
            with self._lock:
                if not self._waiting or len(self._busy) >= self._slots:
                    return
                task = self._tasks[self._waiting.popleft()]
                task.launched = True
                self._busy.add(task.id)
                self._keep(task)
            self._launcher.launch(task)
