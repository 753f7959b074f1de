"""The life of one simulated task, from its place to its end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from airflow_ecs_image.local.endpoint.launcher import Reports
from airflow_ecs_image.local.endpoint.task import Task

from .clock import Clock
from .ran_line import ran_line
from .settings import SimulationSettings
from .worker import Worker, WorkerRefused, worker_of
from .workload import NoWorkload, workload_of

KILLED = 137
_SIGNAL_NOTE = "SIGTERM; a worker passes it on, and a plain task works on"


class TaskLife:
    """Takes the task through its states, and its worker through what it says to Airflow. Its methods return at once."""

    def __init__(
        self,
        task: Task,
        environment: Mapping[str, str],
        settings: SimulationSettings,
        clock: Clock,
        reports: Reports,
    ) -> None:
        self._task = task
        self._environment = environment
        self._settings = settings
        self._clock = clock
        self._reports = reports
        self._worker: Worker | None = None
        self._one_word_at_a_time = threading.Lock()
        self._ending = threading.Lock()
        self._running = self._over = False
        self._lines: list[str] = []

    def begin(self) -> None:
        """Look for a place."""
        self._clock.after(self._settings.place_seconds, self._placed)

    def stop(self, seconds: float) -> None:
        """SIGTERM now, SIGKILL in so many seconds."""
        if not self._running:
            if self._end_once():
                self._reports.failed(self._task.id, time.time(), "Task stopped before it started")
            return
        self._reports.stopping(self._task.id)
        self._say(_SIGNAL_NOTE)
        self._clock.after(seconds, lambda: self._exit(KILLED))

    def log(self) -> bytes:
        """What its container has written."""
        return "".join(f"{line}\n" for line in list(self._lines)).encode()

    def _placed(self) -> None:
        if not self._over:
            self._reports.pending(self._task.id, time.time())
            self._clock.after(self._settings.pull_seconds, self._pulled)

    def _pulled(self) -> None:
        if not self._over:
            self._reports.pulled(self._task.id, time.time())
            self._clock.after(self._settings.start_seconds, self._started)

    def _started(self) -> None:
        if self._over:
            return
        self._running = True
        self._reports.running(self._task.id, time.time())
        for mark in ("entrypoint", "airflow"):
            self._say(f"airflow-ecs-image: {mark} {time.time():.6f}")
        self._clock.after(self._settings.import_seconds, self._imported)

    def _imported(self) -> None:
        self._say("Executing workload")
        self._clock.work(self._begin_work)

    def _begin_work(self) -> None:
        host = f"simulated-{self._task.id[:12]}"
        try:
            workload = workload_of(_command(self._task), self._environment)
            worker = worker_of(workload, host)
            with self._one_word_at_a_time:
                worker.begin()
        except (NoWorkload, WorkerRefused) as error:
            self._give_up(error)
            return
        self._worker = worker
        self._say(ran_line(workload, worker.try_number))
        self._clock.after(self._settings.task_seconds, lambda: self._clock.work(self._end_work))
        self._beat_later(workload.heartbeat_seconds)

    def _beat_later(self, seconds: float) -> None:
        def beat() -> None:
            if self._say_to_airflow(lambda worker: worker.heartbeat()):
                self._beat_later(seconds)

        self._clock.after(seconds, lambda: None if self._over else self._clock.work(beat))

    def _end_work(self) -> None:
        if self._say_to_airflow(lambda worker: worker.succeed()):
            self._worker = None
            self._say("simulated worker: success")
            self._clock.after(self._settings.exit_seconds, lambda: self._exit(0))

    def _say_to_airflow(self, word: Callable[[Worker], None]) -> bool:
        """Whether the worker lives and Airflow took it."""
        with self._one_word_at_a_time:
            if self._over or self._worker is None:
                return False
            try:
                word(self._worker)
            except WorkerRefused as error:
                self._worker = None
                self._give_up(error)
                return False
            return True

    def _give_up(self, error: NoWorkload | WorkerRefused) -> None:
        self._say(f"simulated worker: {error}")
        code = error.exit_code if isinstance(error, WorkerRefused) else 1
        self._clock.after(self._settings.exit_seconds, lambda: self._exit(code))

    def _exit(self, code: int) -> None:
        if not self._end_once():
            return
        for container in self._task.containers:
            self._reports.exited(self._task.id, container.name, time.time(), code)
        self._clock.after(
            self._settings.deprovision_seconds, lambda: self._reports.stopped(self._task.id, time.time())
        )

    def _end_once(self) -> bool:
        with self._ending:
            was, self._over = self._over, True
        return not was

    def _say(self, text: str) -> None:
        nanoseconds = time.time_ns()
        second = datetime.fromtimestamp(nanoseconds // 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        self._lines.append(f"{second}.{nanoseconds % 10**9:09d}Z {text}")


def _command(task: Task) -> list[str]:
    """The command of the first container: the worker's."""
    name = task.containers[0].name
    override = task.container_override(name).get("command")
    command: list[str] = override or task.container_definition(name).get("command") or []
    return command
