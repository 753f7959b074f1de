"""A terminal for a command: it shows what the command draws, and its keys reach the command."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import termios
import time
from types import TracebackType
from typing import Any, Self


class Terminal:
    """A pseudo-terminal of 100 columns; as a context manager it is closed at the end."""

    def __init__(self) -> None:
        self._ours, self._theirs = os.openpty()
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self._shown = ""

    @property
    def streams(self) -> dict[str, Any]:
        """The arguments of Popen that make this the command's own terminal, so that Ctrl-C means it."""
        return {
            **dict.fromkeys(("stdin", "stdout", "stderr"), self._theirs),
            "start_new_session": True,
            "preexec_fn": lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        }

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
