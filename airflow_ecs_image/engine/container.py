"""One container that may still run: waiting for it, signalling it, reading it, removing it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from subprocess import CompletedProcess
from types import TracebackType
from typing import Self

from airflow_ecs_image.engine.client import EMULATION_COMMAND, DockerError, Engine, EngineSilent
from airflow_ecs_image.errors import PlatformUnavailable, ToolkitError

_WRONG_MACHINE = re.compile(r"\bexec\b.*: exec format error")
# Set for the docker command, these would change what it does and not only what the container sees.
_OF_THE_DOCKER_COMMAND = re.compile(
    r"^(?:PATH|HOME|TMPDIR|SSL_CERT_\w+|\w+_PROXY|(?:DOCKER|BUILDX|BUILDKIT|XDG|LD|GO|SSH)\w*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Completed:
    """The end of a container, or of a command in one, and what it wrote.

    A container that could not be started has Docker's exit code (126, 127 or 128) and its reason as `stderr`.
    """

    exit_code: int
    stdout: str
    stderr: str
    seconds: float
    container_id: str = ""


@dataclass(frozen=True)
class ContainerState:
    """How a container stands; `error` is Docker's reason when it could not be started."""

    running: bool
    exit_code: int
    out_of_memory: bool
    error: str


class ContainerTimedOut(ToolkitError):
    """A container, or a command in one, did not end in its time; `partial` is what it had written by then."""

    def __init__(self, message: str, *, partial: Completed) -> None:
        super().__init__(message)
        self.partial = partial


class Container:
    """A container. As a context manager it is removed at the end, whatever happens."""

    def __init__(self, identifier: str, engine: Engine) -> None:
        self.id = identifier
        self._engine = engine

    def start(self) -> None:
        """Start what was made or has ended. Raises DockerError when its program cannot be started."""
        self._engine.docker("container", "start", self.id)

    def wait(self, timeout: float = 120) -> int:
        """The exit code, once it has ended; ContainerTimedOut when it still runs after `timeout` seconds."""
        started = time.monotonic()
        try:
            return int(self._engine.docker("container", "wait", self.id, timeout=timeout))
        except EngineSilent:
            raise self._timed_out(timeout, started) from None

    def kill(self, signal: str = "KILL") -> None:
        """Send the signal, such as `TERM`, to the main process; nothing happens when it has ended."""
        try:
            self._engine.docker("container", "kill", "--signal", signal, self.id)
        except DockerError as error:
            if "is not running" not in error.stderr:
                raise

    def logs(self) -> Completed:
        """What it has written so far; the exit code is 0 while it runs."""
        output = self._engine.complete("container", "logs", self.id)
        return self._completed(output, exit_code=self.state().exit_code)

    def state(self) -> ContainerState:
        """Whether it runs and how it ended."""
        content = json.loads(
            self._engine.docker("container", "inspect", "--format", "{{json .State}}", self.id)
        )
        return ContainerState(
            running=bool(content["Running"]),
            exit_code=int(content["ExitCode"]),
            out_of_memory=bool(content.get("OOMKilled")),
            error=content.get("Error") or "",
        )

    def exec(
        self,
        args: Sequence[str],
        *,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
        timeout: float = 120,
    ) -> Completed:
        """Run a command inside. After `timeout` seconds all is killed and ContainerTimedOut raised."""
        options, carried = environment_options(environment)
        if user is not None:
            options += ["--user", user]
        started = time.monotonic()
        try:
            output = self._engine.complete(
                "container", "exec", *options, self.id, *args, timeout=timeout, environment=carried
            )
        except EngineSilent:
            self.kill()
            raise self._timed_out(timeout, started) from None
        return self._completed(output, seconds=time.monotonic() - started)

    def unpack(self, archive: bytes, folder: str, timeout: float = 300) -> None:
        """Unpack a tar archive, plain or gzip, into a folder; the container need not run."""
        self._engine.docker("container", "cp", "-", f"{self.id}:{folder}", stdin=archive, timeout=timeout)

    def start_attached(self, stdin: bytes | None, timeout: float) -> Completed:
        """Start it and take all that it writes until it ends.

        After `timeout` seconds it is killed and ContainerTimedOut raised. Raises PlatformUnavailable when its
        program is for another machine.
        """
        started = time.monotonic()
        interactive = ["--interactive"] if stdin is not None else []
        try:
            output = self._engine.complete(
                "container", "start", "--attach", *interactive, self.id, stdin=stdin, timeout=timeout
            )
        except EngineSilent:
            self.kill()
            raise self._timed_out(timeout, started) from None
        completed = self._completed(output, seconds=time.monotonic() - started)
        if completed.exit_code == 0:
            return completed
        # Docker that cannot start a program and a program that ends with 1 look the same from outside.
        state = self.state()
        stderr = state.error or completed.stderr
        if _WRONG_MACHINE.search(stderr) and not completed.stdout:
            raise PlatformUnavailable(
                "this machine cannot run the image's programs: exec format error",
                mend=EMULATION_COMMAND,
            )
        return Completed(state.exit_code, completed.stdout, stderr, completed.seconds, self.id)

    def remove(self) -> None:
        """Kill and remove it with its anonymous volumes; nothing happens when it is gone."""
        self._engine.complete("container", "rm", "--force", "--volumes", self.id)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    def _completed(
        self, output: CompletedProcess[bytes], *, exit_code: int | None = None, seconds: float = 0.0
    ) -> Completed:
        return Completed(
            output.returncode if exit_code is None else exit_code,
            output.stdout.decode(errors="replace"),
            output.stderr.decode(errors="replace"),
            seconds,
            self.id,
        )

    def _timed_out(self, timeout: float, started: float) -> ContainerTimedOut:
        logs = self.logs()
        partial = Completed(logs.exit_code, logs.stdout, logs.stderr, time.monotonic() - started, self.id)
        return ContainerTimedOut(f"the container did not end within {timeout:g} s", partial=partial)


def environment_options(environment: Mapping[str, str] | None) -> tuple[list[str], dict[str, str]]:
    """The options that set the environment, and the variables that carry its values to the docker command.

    A value is carried by a variable, so that no process list shows it, unless the docker command itself would
    heed that variable.
    """
    options: list[str] = []
    carried: dict[str, str] = {}
    for name, value in (environment or {}).items():
        if _OF_THE_DOCKER_COMMAND.match(name):
            options += ["--env", f"{name}={value}"]
        else:
            options += ["--env", name]
            carried[name] = value
    return options, carried
