"""Running a command that shows its progress on a terminal only, and handing its lines on."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import selectors
import signal
import struct
import subprocess
import tempfile
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from airflow_ecs_image.engine.client import command_environment
from airflow_ecs_image.registry.answers import Transient

_ROWS, _COLUMNS = 200, 200
_BREAKS = re.compile(rb"[\r\n]+")
_STOP_SECONDS = 10.0
STALLED_SECONDS = 600.0
"""A command that draws nothing for so long hangs: docker redraws several times a second while bytes move."""


@dataclass(frozen=True)
class Ended:
    """How the command ended, and what it wrote to standard error."""

    exit_code: int
    stderr: str


def run_on_terminal(
    arguments: Sequence[str],
    on_line: Callable[[str], None],
    *,
    environment: Mapping[str, str],
    stalled_seconds: float = STALLED_SECONDS,
) -> Ended:
    """Run it with a terminal as its standard output, in a process group of its own, and wait for its end.

    `on_line` gets every line of the terminal. `environment` is added to this process's own. Ctrl-C ends the command.
    Raises FileNotFoundError where there is no such program, Transient where it stalls.
    """
    reading, writing = os.openpty()
    try:
        fcntl.ioctl(writing, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
        with tempfile.TemporaryFile() as stderr:
            try:
                process = subprocess.Popen(
                    list(arguments),
                    stdin=subprocess.DEVNULL,
                    stdout=writing,
                    stderr=stderr,
                    env=command_environment({**environment, "TERM": "xterm"}),
                    process_group=0,
                )
            finally:
                os.close(writing)
            with _ended_in_any_case(process):
                _read(reading, on_line, stalled_seconds)
                exit_code = process.wait()
            stderr.seek(0)
            return Ended(exit_code, stderr.read().decode(errors="replace"))
    finally:
        os.close(reading)


def _read(terminal: int, on_line: Callable[[str], None], stalled_seconds: float) -> None:
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(terminal, selectors.EVENT_READ)
        while True:
            if not selector.select(stalled_seconds):
                raise Transient(f"no progress for {stalled_seconds:g} s")
            try:
                content = os.read(terminal, 1 << 16)
            except OSError:
                # Linux: EIO when the last program has left the terminal (tty_io.c).
                content = b""
            if not content:
                break
            *lines, rest = _BREAKS.split(rest + content)
            for line in lines:
                on_line(line.decode(errors="replace"))
    if rest:
        on_line(rest.decode(errors="replace"))


@contextlib.contextmanager
def _ended_in_any_case(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        _signal(process, signal.SIGINT)
        deadline = time.monotonic() + _STOP_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        _signal(process, signal.SIGKILL)
        process.wait()
        raise


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
