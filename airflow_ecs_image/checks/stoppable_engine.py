"""An engine whose containers can all be ended at once, from another thread: what Ctrl-C needs."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping
from typing import IO

from airflow_ecs_image.engine.client import Engine
from airflow_ecs_image.errors import Interrupted


class StoppableEngine(Engine):
    """Remembers the containers that are created through it."""

    def __init__(self, executable: str = "docker") -> None:
        super().__init__(executable)
        self._lock = threading.Lock()
        self._containers: list[str] = []
        self.stopped = False

    def complete(
        self,
        *arguments: str,
        timeout: float = 60,
        environment: Mapping[str, str] | None = None,
        stdin: IO[bytes] | bytes | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """As `Engine.complete`; raises Interrupted instead of creating a container once `stop` was called."""
        creates = arguments[:2] == ("container", "create")
        if creates and self.stopped:
            raise Interrupted("interrupted")
        completed = super().complete(*arguments, timeout=timeout, environment=environment, stdin=stdin)
        if creates and completed.returncode == 0:
            with self._lock:
                self._containers.append(completed.stdout.decode().strip())
            if self.stopped:
                self.stop()
        return completed

    def stop(self) -> None:
        """Ends and removes every container; whoever waits for one gets an error or an exit code."""
        self.stopped = True
        with self._lock:
            containers, self._containers = self._containers, []
        if containers:
            super().complete("container", "rm", "--force", "--volumes", *containers)
