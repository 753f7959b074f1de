"""A terminal for a command: it shows what the command draws, and its keys reach the command."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

# What a login does before its shell runs. These tests may themselves run in the background, where Ctrl-C is ignored.
_LOGIN = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Terminal:
    """A pseudo-terminal of 100 columns; as a context manager it is closed at the end."""

    def __init__(self) -> None:
        self._ours, self._theirs = os.openpty()
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self._shown = ""

    def start(
        self, command: Sequence[str], *, folder: Path, environment: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        """Start a command whose own terminal this is, so that Ctrl-C means it."""
        return subprocess.Popen(
            [sys.executable, "-c", _LOGIN, *command],
            cwd=folder,
            env=environment,
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            start_new_session=True,
        )

    def press(self, keys: bytes) -> None:
        """Type the keys."""
        os.write(self._ours, keys)

    def read_until(self, text: str, *, seconds: float = 300) -> str:
        """All that was shown so far, as soon as the text is in it; fails when it never comes."""
        deadline = time.monotonic() + seconds
        while text not in self._shown:
            ready, _, _ = select.select([self._ours], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"{text!r} was never shown: {self._shown[-2000:]}"
            self._shown += os.read(self._ours, 1 << 16).decode(errors="replace")
        return self._shown

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._theirs)
        os.close(self._ours)
