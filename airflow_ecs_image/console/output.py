"""The console: words for people on one stream, and in JSON mode one document on standard output."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from airflow_ecs_image.console.live import LiveRegion, LiveRow
from airflow_ecs_image.console.steps import Step, StepState
from airflow_ecs_image.console.tables import table_lines
from airflow_ecs_image.console.terminal import (
    Colour,
    Terminal,
    one_line,
    printable,
    spoken_seconds,
)

_ENDINGS: dict[StepState, tuple[str, Colour]] = {
    StepState.DONE: ("done", "green"),
    StepState.FAILED: ("failed", "red"),
    StepState.SKIPPED: ("skipped", "dim"),
}


class Console:
    """Writes for people: to standard output, or to standard error where `json_mode` keeps that free.

    On a terminal running steps are redrawn in place; elsewhere each step is one line at its start and one at
    its end. `stream` replaces the stream for people, `clock` returns seconds, `environment` is read for TERM
    and NO_COLOR.
    """

    def __init__(
        self,
        json_mode: bool = False,
        stream: TextIO | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.json_mode = json_mode
        self._stream = stream or (sys.stderr if json_mode else sys.stdout)
        self._clock = clock
        self._terminal = Terminal.of(self._stream, os.environ if environment is None else environment)
        self._lock = threading.RLock()
        self._nested: tuple[Step, ...] = ()
        self._running: tuple[Step, ...] = ()
        self._live: LiveRegion | None = None
        if self._terminal.interactive and not json_mode:
            self._live = LiveRegion(self._stream, self._terminal, self._live_rows)

    @property
    def columns(self) -> int | None:
        """The width of the terminal in columns, or None where lines may be of any length."""
        return self._terminal.columns if self._terminal.interactive else None

    def step(self, title: str) -> Step:
        """A step to be used as a context manager; steps inside it are indented below it."""
        return Step(self, title, clock=self._clock, announce=True, nests=True)

    def begin(self, title: str) -> Step:
        """Start a step that may run beside others; the caller ends it by done, failed, skip or drop."""
        return Step(self, title, clock=self._clock, announce=False, nests=False).start()

    def text(self, text: str) -> None:
        """Print text as it is, without control characters."""
        for line in printable(text).splitlines() or [""]:
            self._write(line)

    def heading(self, text: str) -> None:
        """Print a heading with an empty line above it."""
        self._write("")
        self._write(self._terminal.paint(one_line(text), "bold"))

    def note(self, text: str) -> None:
        """Print a line that is good to know."""
        self._labelled("note", "cyan", text)

    def warning(self, text: str) -> None:
        """Print a line that the user should act upon."""
        self._labelled("warning", "yellow", text)

    def error(self, message: str, mend: str | None = None, details: Sequence[str] = ()) -> None:
        """Print what went wrong, one line for each mistake; the end of a log; and the next step."""
        first, *more = printable(message).splitlines() or [""]
        self._write(f"{self._terminal.paint('error:', 'red')} {first}")
        for line in more:
            self._write(f"       {line}")
        for detail in details:
            self._write(self._terminal.paint("  | ", "dim") + printable(detail).rstrip())
        if mend:
            first, *more = printable(mend).splitlines()
            self._write(self._terminal.paint(f"  {self._terminal.symbol('mend')} ", "cyan") + first)
            for line in more:
                self._write(f"    {line}")

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Print a table below its title; no `columns` means a table of names and values without headings."""
        if title:
            self.heading(title)
        for line in table_lines(self._terminal, columns, rows, width=self.columns):
            self._write(line)

    def document(self, content: object) -> None:
        """In JSON mode print the content as the one JSON document on standard output, else nothing.

        Dataclasses become objects; other foreign types such as paths become their text.
        """
        if not self.json_mode:
            return
        unicode = Terminal.of(sys.stdout, os.environ).unicode
        json.dump(content, sys.stdout, indent=2, ensure_ascii=not unicode, default=_json_value)
        sys.stdout.write("\n")
        sys.stdout.flush()

    def step_started(self, step: Step) -> None:
        """Called by a step when it starts."""
        with self._lock:
            step.depth = len(self._nested)
            if step.nests:
                self._nested = (*self._nested, step)
            self._running = (*self._running, step)
            if self._live is not None:
                self._live.wake()
            elif step.announce:
                self._announce(step)

    def step_ended(self, step: Step, reason: str) -> None:
        """Called by a step when it ends."""
        with self._lock:
            self._nested = tuple(other for other in self._nested if other is not step)
            self._running = tuple(other for other in self._running if other is not step)
            if not self._running and self._live is not None:
                self._live.rest()
            if step.state in _ENDINGS:
                self._announce_enclosing()
                self._write(self._ending(step, reason))

    def _ending(self, step: Step, reason: str) -> str:
        name, colour = _ENDINGS[step.state]
        line = f"{'  ' * step.depth}{self._terminal.paint(self._terminal.symbol(name), colour)} {step.title}"
        if step.state is StepState.SKIPPED:
            return line + (self._terminal.paint(f" ({reason})", "dim") if reason else "")
        seconds = spoken_seconds(step.seconds)
        return line + (
            self._terminal.paint(f"  ({seconds})", "dim") if self._terminal.interactive else f" {seconds}"
        )

    def _labelled(self, label: str, colour: Colour, text: str) -> None:
        with self._lock:
            self._announce_enclosing()
            indent = "  " * len(self._nested)
            self._write(f"{indent}{self._terminal.paint(label + ':', colour)} {one_line(text)}")

    def _announce(self, step: Step) -> None:
        if not step.announced:
            step.announced = True
            self._write(f"{'  ' * step.depth}{self._terminal.symbol('start')} {step.title}")

    def _announce_enclosing(self) -> None:
        """Lines that belong to a step stand below its title, which a terminal has not kept so far."""
        for step in self._nested:
            self._announce(step)

    def _live_rows(self) -> list[LiveRow]:
        return [LiveRow(step.depth, step.title, step.seconds, step.detail) for step in self._running]

    def _write(self, line: str) -> None:
        with self._lock:
            line = self._terminal.encodable(line)
            if self._live is not None:
                self._live.write(line)
            else:
                self._stream.write(line + "\n")
                self._stream.flush()


def _json_value(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return str(value)
