"""What a container writes, line by line in the order in which it was written, also while it runs."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from airflow_ecs_image.engine.client import Engine, command_environment, docker_missing


def log_lines(
    container: str,
    *,
    follow: bool = False,
    tail: int | None = None,
    engine: Engine | None = None,
) -> Iterator[str]:
    """The lines of a container by its id or name, each as `2026-01-31T12:00:00.123456789Z text`.

    `tail` is how many of the last ones come, None for all. With `follow` they end when the container does, or when the
    caller stops asking. A container that is gone has none. Raises EngineUnavailable when docker is not installed.
    """
    executable = (engine or Engine()).executable
    options = ["--timestamps", *(["--follow"] if follow else [])]
    options += [] if tail is None else ["--tail", str(tail)]
    try:
        process = subprocess.Popen(
            [executable, "container", "logs", *options, container],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            # One pipe for both streams keeps their order.
            stderr=subprocess.STDOUT,
            env=command_environment(),
            # Ctrl-C on a terminal ends this process, which ends the command; not both at once.
            process_group=0,
        )
    except FileNotFoundError:
        raise docker_missing(executable) from None
    assert process.stdout is not None
    with process:
        try:
            for line in process.stdout:
                text = line.decode(errors="replace").rstrip("\r\n")
                # Not a line of the container's is what docker itself says, such as that the container is gone.
                if text[:4].isdecimal():
                    yield text
        finally:
            process.kill()
