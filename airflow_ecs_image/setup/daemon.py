"""The process of the Docker engine: started as a service where systemd runs, else as a process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image.errors import SetupFailed
from airflow_ecs_image.setup.machine import Machine
from airflow_ecs_image.setup.privileged import Command, run_as_root

_PATIENCE_SECONDS = 60
_PAUSE_SECONDS = 0.2
_LAST_LINES = 8

# The shell leaves at once and the engine stays, in a session of its own: closing the terminal does not end it.
_DETACHED = """\
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" exec setsid --fork dockerd "$@" >>"$0" 2>&1 </dev/null
"""


@dataclass(frozen=True)
class Daemon:
    """Where one dockerd keeps its process id and its log; `arguments` are further options of it."""

    pid_file: Path = Path("/var/run/docker.pid")
    log_file: Path = Path("/var/log/dockerd.log")
    arguments: tuple[str, ...] = ()

    def is_running(self) -> bool:
        """True when the process of the pid file is an engine; after a restart the number may be another program's."""
        try:
            pid = int(self.pid_file.read_text(encoding="ascii"))
            return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip() == "dockerd"
        except (OSError, ValueError):
            return False

    def start_process(self, machine: Machine) -> None:
        """Start dockerd detached from this process, unless it runs already."""
        if self.is_running():
            return
        if self.pid_file.exists():
            run_as_root(machine, Command(("rm", "-f", str(self.pid_file))))
        options = ("--pidfile", str(self.pid_file), *self.arguments)
        run_as_root(machine, Command(("sh", "-c", _DETACHED, str(self.log_file), *options)))

    def wait(self, answers: Callable[[], bool], seconds: float = _PATIENCE_SECONDS) -> None:
        """Return when `answers` is true. Raises SetupFailed with the end of the log when the engine gives up."""
        started = time.monotonic()
        seen_running = False
        while not answers():
            waited = time.monotonic() - started
            running = self.is_running()
            seen_running = seen_running or running
            gave_up = not running and (seen_running or waited > _PATIENCE_SECONDS / 10)
            if gave_up or waited > seconds:
                raise SetupFailed(
                    "the Docker engine ended right after its start"
                    if gave_up
                    else f"the Docker engine runs, but does not answer within {seconds:g} s",
                    mend=f"read {self.log_file}; the engine needs root and a kernel that lets it mount and route",
                    details=self.last_lines(),
                )
            time.sleep(_PAUSE_SECONDS)

    def last_lines(self) -> tuple[str, ...]:
        """The end of the log, as far as this user may read it."""
        try:
            lines = self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ()
        return tuple(lines[-_LAST_LINES:])


def start_service(machine: Machine) -> None:
    """Start the engine's systemd service, which returns when the engine answers."""
    try:
        run_as_root(machine, Command(("systemctl", "start", "docker.service")))
    except SetupFailed as error:
        raise SetupFailed(
            "systemd could not start the service docker",
            mend="journalctl --unit docker --lines 30",
            details=error.details,
        ) from None
