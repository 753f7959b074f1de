"""Calls of the docker command line, and what its refusals mean."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from airflow_ecs_image.errors import DiskFull, EngineUnavailable, ImageNotFound, ToolkitError

SETUP_COMMAND = "python build.py setup"
"""The command that installs and starts an engine where that is possible."""

EMULATION_COMMAND = f"{SETUP_COMMAND} emulation"
"""The command that lets this machine run another processor's programs."""

FREE_SPACE_MEND = (
    "free space: `docker system df` shows what takes it, `docker builder prune` empties the build cache"
)

_UNREACHABLE = re.compile(
    r"cannot connect to the docker daemon|is the docker daemon running|error during connect"
    r"|failed to connect to the docker api|unable to resolve docker endpoint|error reading preface",
    re.IGNORECASE,
)
_FORBIDDEN = re.compile(
    r"permission denied while trying to connect|dial unix [^:]+: connect: permission denied", re.IGNORECASE
)
_NO_BUILDX = re.compile(
    r"'buildx' is not a docker command|unknown command: docker buildx|buildx component is missing",
    re.IGNORECASE,
)
DISK_FULL = re.compile(r"no space left on device|disk quota exceeded|\bENOSPC\b", re.IGNORECASE)
_NO_IMAGE = re.compile(r"no such image|reference does not exist|invalid reference format", re.IGNORECASE)


# An engine does not change its processor while a command runs; each question takes 50 ms.
_architectures: dict[tuple[str, str | None, str | None], str] = {}


class DockerError(ToolkitError):
    """A docker command failed for a reason that has no error class of its own; `stderr` is all it said."""

    def __init__(self, message: str, *, stderr: str = "") -> None:
        super().__init__(message)
        self.stderr = stderr


class EngineSilent(EngineUnavailable):
    """A docker command did not end in the time it was given."""


@dataclass(frozen=True)
class EngineVersion:
    """The versions of the docker command and of the engine, and the machine that the engine runs on."""

    client: str
    server: str
    architecture: str
    operating_system: str


class Engine:
    """The engine that the docker command reaches, as DOCKER_HOST and the docker contexts decide."""

    def __init__(self, executable: str = "docker") -> None:
        self.executable = executable

    def docker(
        self,
        *arguments: str,
        timeout: float = 60,
        environment: Mapping[str, str] | None = None,
        stdin: IO[bytes] | bytes | None = None,
    ) -> str:
        """Run a docker command and return its standard output.

        `timeout` is in seconds. `environment` is added to this process's own: the way for values that no
        process list may show. Raises EngineUnavailable, DiskFull, ImageNotFound or DockerError.
        """
        completed = self.complete(*arguments, timeout=timeout, environment=environment, stdin=stdin)
        if completed.returncode != 0:
            raise refusal(completed.stderr.decode(errors="replace"), command=_command_name(arguments))
        return completed.stdout.decode(errors="replace")

    def complete(
        self,
        *arguments: str,
        timeout: float = 60,
        environment: Mapping[str, str] | None = None,
        stdin: IO[bytes] | bytes | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a docker command to its end, whatever its exit code.

        Raises EngineUnavailable when docker is not installed, EngineSilent when it does not end in time.
        """
        content = stdin if isinstance(stdin, bytes) else None
        stream = None if isinstance(stdin, bytes) else stdin or subprocess.DEVNULL
        try:
            return subprocess.run(
                [self.executable, *arguments],
                stdin=stream,
                input=content,
                capture_output=True,
                timeout=timeout,
                env=command_environment(environment),
                # Ctrl-C on a terminal ends this process, which ends the command; not both at once.
                process_group=0,
                check=False,
            )
        except FileNotFoundError:
            raise docker_missing(self.executable) from None
        except subprocess.TimeoutExpired:
            raise EngineSilent(
                f"docker {_command_name(arguments)}: no answer from the engine within {timeout:g} s",
                mend="`docker info` must answer; restart the engine where it does not",
            ) from None

    def version(self) -> EngineVersion:
        """The versions in use. Raises EngineUnavailable when no engine answers within 10 s."""
        versions = json.loads(self.docker("version", "--format", "{{json .}}", timeout=10))
        server = versions["Server"]
        return EngineVersion(
            client=versions["Client"]["Version"],
            server=server["Version"],
            architecture=server["Arch"],
            operating_system=server["Os"],
        )

    def architecture(self) -> str:
        """The engine's own architecture in Docker's words: `amd64`, `arm64`."""
        key = (self.executable, os.environ.get("DOCKER_HOST"), os.environ.get("DOCKER_CONTEXT"))
        if key not in _architectures:
            _architectures[key] = self.version().architecture
        return _architectures[key]

    def processors(self) -> int:
        """How many the engine's machine has."""
        return int(self.docker("info", "--format", "{{.NCPU}}"))

    def buildx_version(self) -> str:
        """The version of the buildx plug-in: `0.13.1`. Raises EngineUnavailable when there is none."""
        words = self.docker("buildx", "version", timeout=10).split()
        return words[1].removeprefix("v") if len(words) > 1 else ""

    def builder(self) -> str:
        """The builder that works inside the engine itself and therefore sees its images.

        Docker names it after the context in use, in this order: DOCKER_HOST, DOCKER_CONTEXT, config.json.
        """
        if os.environ.get("DOCKER_HOST"):
            return "default"
        if context := os.environ.get("DOCKER_CONTEXT"):
            return context
        directory = os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker"
        try:
            configuration = json.loads((Path(directory) / "config.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return "default"
        context = configuration.get("currentContext") if isinstance(configuration, dict) else None
        return context if isinstance(context, str) and context else "default"


def refusal(stderr: str, *, command: str) -> ToolkitError:
    """The error for what a failed docker command wrote; `command` is its name, such as `image inspect`."""
    known = engine_refusal(stderr)
    if known is not None:
        return known
    line = last_line(stderr) or "it gave no reason"
    if _NO_IMAGE.search(stderr):
        return ImageNotFound(line, mend="correct the name; `docker images` lists what is here")
    return DockerError(f"docker {command}: {line}", stderr=stderr)


def engine_refusal(stderr: str) -> ToolkitError | None:
    """The error when the text says that no engine answers, buildx is missing or the disk is full."""
    if _FORBIDDEN.search(stderr):
        return EngineUnavailable(
            "this user may not use the Docker engine: permission denied on its socket",
            mend="add the user to the group docker (`sudo usermod -aG docker $USER`) and log in again",
        )
    if _UNREACHABLE.search(stderr):
        host = os.environ.get("DOCKER_HOST")
        return EngineUnavailable(
            f"no Docker engine answers at {host}" if host else "no Docker engine answers",
            mend=f"start it, or correct or unset DOCKER_HOST; `{SETUP_COMMAND}` sets one up here"
            if host
            else SETUP_COMMAND,
        )
    if _NO_BUILDX.search(stderr):
        return EngineUnavailable("docker has no buildx plug-in, which builds need", mend=SETUP_COMMAND)
    if DISK_FULL.search(stderr):
        return DiskFull("the engine's storage has no space left", mend=FREE_SPACE_MEND)
    return None


def docker_missing(executable: str) -> EngineUnavailable:
    """The error when there is no docker command at all."""
    return EngineUnavailable(f"{executable}: command not found", mend=SETUP_COMMAND)


def command_environment(additions: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a docker command: this process's own and the additions."""
    return {**os.environ, **(additions or {})}


def last_line(text: str) -> str:
    """The last line that says something, without docker's own prefixes."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and "docker --help" not in line]
    lines = [line for line in lines if not line.startswith(("Run 'docker", "See 'docker"))]
    if not lines:
        return ""
    return re.sub(r"^(?:ERROR: |Error: |Error response from daemon: |docker: )+", "", lines[-1])


def _command_name(arguments: tuple[str, ...]) -> str:
    """The leading words of a command: the rest may hold a worker command, which is never shown."""
    groups = {"image", "container", "buildx", "context"}
    return " ".join(arguments[:2] if arguments and arguments[0] in groups else arguments[:1])
