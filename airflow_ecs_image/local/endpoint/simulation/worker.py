"""What a simulated worker does to Airflow, whichever its line."""

from __future__ import annotations

from typing import Protocol

from .workload import Workload


class WorkerRefused(Exception):
    """Airflow does not take what the worker says; the message holds no token. `exit_code` is that of a worker's container."""

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Worker(Protocol):
    """The worker of one task instance; called by one thread at a time. Each call raises WorkerRefused."""

    @property
    def try_number(self) -> int:
        """Which try it is; known once it has begun."""

    def begin(self) -> None:
        """The task instance is running."""

    def heartbeat(self) -> None:
        """The worker lives."""

    def succeed(self) -> None:
        """The task instance has succeeded."""


def worker_of(workload: Workload, host: str) -> Worker:
    """The worker of a workload; `host` is the name of its container."""
    if workload.major > 2:
        from .airflow_3 import ExecutionApiWorker

        return ExecutionApiWorker(workload, host)
    from .airflow_2 import DatabaseWorker

    return DatabaseWorker(workload, host)
