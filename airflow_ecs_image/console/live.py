"""The part of a terminal that is redrawn: one line for each running step, below the lines that stay."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from airflow_ecs_image.console.terminal import Terminal, cut, display_width, spoken_seconds

if TYPE_CHECKING:
    from rich.console import Group
    from rich.live import Live

_UNICODE_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_ASCII_SPINNER = "|/-\\"
_REFRESHES_PER_SECOND = 8
_MOST_ROWS = 8
_WIDEST_TITLE_SHARE = 0.6


@dataclass(frozen=True)
class LiveRow:
    """One running step: how deep it is nested, its title, its seconds so far and its newest detail."""

    depth: int
    title: str
    seconds: float
    detail: str


class LiveRegion:
    """Shows running steps on a terminal, but only once something has run for `delay` seconds.

    The delay keeps a quick command quick: rich is not even imported before it is over. `rows` is called from
    the drawing thread and must not wait for a lock that a caller of this class holds.
    """

    def __init__(
        self,
        stream: TextIO,
        terminal: Terminal,
        rows: Callable[[], list[LiveRow]],
        *,
        delay: float = 0.15,
    ) -> None:
        self._stream = stream
        self._terminal = terminal
        self._rows = rows
        self._delay = delay
        self._lock = threading.RLock()
        self._timer: threading.Timer | None = None
        self._live: Live | None = None

    def wake(self) -> None:
        """A step runs: draw it, soon."""
        with self._lock:
            if self._live is None and self._timer is None:
                self._timer = threading.Timer(self._delay, self._begin)
                self._timer.daemon = True
                self._timer.start()

    def rest(self) -> None:
        """No step runs: clear the region and give the cursor back."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            live, self._live = self._live, None
            if live is not None:
                live.stop()

    def write(self, line: str) -> None:
        """Print a line that stays, above the region where one is shown."""
        with self._lock:
            if self._live is None:
                self._stream.write(line + "\n")
                self._stream.flush()
                return
            from rich.text import Text

            self._live.console.print(Text.from_ansi(line), soft_wrap=True)

    def _begin(self) -> None:
        from rich.console import Console as RichConsole
        from rich.live import Live

        with self._lock:
            if self._timer is None:
                return
            self._timer = None
            console = RichConsole(
                file=self._stream,
                force_terminal=True,
                no_color=not self._terminal.colour,
                highlight=False,
            )
            self._live = Live(
                console=console,
                get_renderable=self._drawn,
                refresh_per_second=_REFRESHES_PER_SECOND,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()

    def _drawn(self) -> Group:
        from rich.console import Group
        from rich.text import Text

        frames = _UNICODE_SPINNER if self._terminal.unicode else _ASCII_SPINNER
        frame = frames[int(time.monotonic() * _REFRESHES_PER_SECOND) % len(frames)]
        columns = self._terminal.columns - 1
        ellipsis = self._terminal.symbol("start")
        rows = self._rows()
        lines = []
        for row in rows[:_MOST_ROWS]:
            seconds = spoken_seconds(row.seconds)
            lead = f"{'  ' * row.depth}{frame} "
            room = columns - len(lead) - len(seconds) - 2
            title = cut(row.title, int(room * _WIDEST_TITLE_SHARE) if row.detail else room, ellipsis)
            detail = cut(row.detail, max(0, room - display_width(title) - 2), ellipsis) if row.detail else ""
            line = Text(no_wrap=True, overflow="crop")
            line.append(lead, style="cyan").append(title).append(f"  {seconds}", style="dim")
            if detail:
                line.append(f"  {detail}", style="dim")
            lines.append(line)
        if len(rows) > _MOST_ROWS:
            lines.append(Text(f"{ellipsis} and {len(rows) - _MOST_ROWS} more", style="dim"))
        return Group(*lines)
