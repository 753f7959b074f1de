"""The border between the registry, which knows what ECS would say, and what runs the tasks.

A launcher is told to run and to end tasks; it reports what happens. There are two: containers of the engine
(`containers/launcher.py`) and the simulation (`simulation/launcher.py`, imported in that mode only).

Order of events of one task, `task` being its record:

1. `launcher.accept(task)` inside RunTask, before its answer. What it makes must survive this process.
2. `launcher.launch(task)` as soon as one of the slots is free. It returns at once and then reports, from any thread:
   `reports.pending` → `reports.pulled` → `reports.running`, or at any point `reports.failed`, which is final.
3. `reports.exited` for each container that ends by itself or by `stop`; after the last one `reports.stopped`, final.
   The registry works out stopCode, stoppedReason and desiredStatus. Its slot is free as of the last `exited`.
4. `launcher.stop(task)`, perhaps more than once, and only after `launch`: end what runs, as ECS does (SIGTERM,
   `stopTimeout` seconds, SIGKILL). It returns at once; `exited` and `stopped` follow, or `failed` when nothing had begun.
   A task that still waits for a slot is stopped by the registry: only `forget` is called.
5. `launcher.forget(task)` when the STOPPED task has been kept long enough, perhaps not for the first time: remove what
   is left of it.

At its start the registry reads its records, adds those of `launcher.records()` that it lacks, and calls
`launcher.resume(tasks)` once, before anything else, with all tasks whose last status is not STOPPED. For those that
had been launched (`task.launched`) the launcher goes on reporting, from any thread, and begins to end those whose
`desired_status` is STOPPED; repeated reports are harmless. Those that had not are launched by the registry as usual.

All times are seconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from .configuration import SIMULATED, Configuration
from .task import Task


class Reports(Protocol):
    """What a launcher tells; the registry implements it. Unknown tasks and reports out of order are ignored."""

    def pending(self, task_id: str, at: float) -> None:
        """The task has a place to run: PENDING; the pull of its images begins."""

    def pulled(self, task_id: str, at: float) -> None:
        """Its images are there."""

    def running(
        self, task_id: str, at: float, *, address: str = "", runtime_ids: Mapping[str, str] | None = None
    ) -> None:
        """All containers have started: RUNNING. `address` is its IPv4 address, `runtime_ids` are by container name."""

    def stopping(self, task_id: str) -> None:
        """Its containers have been told to end: STOPPING. May be left out."""

    def health(self, task_id: str, container: str, status: str) -> None:
        """The health check of a container says HEALTHY, UNHEALTHY or, as without one, UNKNOWN. May be left out."""

    def exited(self, task_id: str, container: str, at: float, exit_code: int, *, reason: str = "") -> None:
        """One container ended; `reason` is ECS's, such as `OutOfMemoryError: Container killed due to memory usage`."""

    def stopped(self, task_id: str, at: float) -> None:
        """Nothing of it runs and nothing holds its place any more: STOPPED."""

    def failed(self, task_id: str, at: float, reason: str, *, container: str = "") -> None:
        """It could not be started: STOPPED, stopCode TaskFailedToStart, no startedAt and no exit code.

        `reason` is ECS's, such as `CannotPullContainerError: …`; `container` is the name of the one it is about.
        """


class Launcher(Protocol):
    """What runs tasks. Methods are called outside of the registry's lock, of one task never two at a time."""

    def accept(self, task: Task) -> None:
        """Prepare it, so that it outlives this process. What goes wrong is kept, and reported after `launch`."""

    def launch(self, task: Task) -> None:
        """Begin to run it; return at once."""

    def stop(self, task: Task) -> None:
        """Begin to end it; return at once."""

    def forget(self, task: Task) -> None:
        """Remove what is left of a STOPPED task."""

    def records(self) -> Sequence[Task]:
        """The tasks that the launcher keeps records of by itself, as far as they can be known from these."""

    def resume(self, tasks: Sequence[Task]) -> None:
        """Take up the tasks that an earlier process left behind."""

    def log(self, task: Task, container: str) -> bytes:
        """What a container has written so far, each line after its RFC 3339 time in UTC with nanoseconds and a space.

        Empty when nothing was written or kept.
        """

    def stats(self, task: Task) -> Mapping[str, Any]:
        """By container name the engine's statistics, for the metadata endpoint; empty when there are none."""


def make_launcher(configuration: Configuration, reports: Reports) -> Launcher:
    """The launcher of the configured mode.

    The simulation is made by `SimulatedLauncher(configuration.simulation, reports, secrets=…, environment=…)`.
    """
    if configuration.mode == SIMULATED:
        from .simulation.launcher import SimulatedLauncher

        simulated: Launcher = SimulatedLauncher(
            configuration.simulation,
            reports,
            secrets=configuration.secrets,
            environment=configuration.environment,
        )
        return simulated
    from .containers.launcher import ContainerLauncher

    return ContainerLauncher(configuration, reports)
