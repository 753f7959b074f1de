"""The state of a build, put together from the updates that buildx streams. Pure: no engine, no clock."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass, field

from airflow_ecs_image.console.terminal import printable
from airflow_ecs_image.engine.solve_stream import (
    LogUpdate,
    SolveStreamReader,
    TrailingLine,
    TransferUpdate,
    Update,
    VertexUpdate,
)
from airflow_ecs_image.engine.step_names import StepName, step_name

_CANCELLED = ("context canceled", "context cancelled")


@dataclass
class Vertex:
    """One unit of BuildKit's work. Times are seconds; only their differences mean anything."""

    id: str
    name: StepName
    started: float | None = None
    completed: float | None = None
    cached: bool = False
    error: str = ""
    log: list[str] = field(default_factory=list)
    transfers: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """How long it took, or 0 while that is not known."""
        if self.started is None or self.completed is None:
            return 0.0
        return max(0.0, self.completed - self.started)

    @property
    def running(self) -> bool:
        """Whether it has started and not ended."""
        return self.started is not None and self.completed is None

    @property
    def cancelled(self) -> bool:
        """Whether it ended only because another step failed or the user stopped the build."""
        return any(word in self.error for word in _CANCELLED)

    @property
    def failed(self) -> bool:
        """Whether it ended by its own fault."""
        return bool(self.error) and not self.cancelled

    @property
    def transferred(self) -> tuple[int, int]:
        """Bytes moved so far and in all; both 0 where nothing with a known size moves."""
        sized = [(current, total) for current, total in self.transfers.values() if total > 0]
        return sum(min(pair) for pair in sized), sum(total for _, total in sized)


class BuildProgress:
    """Feed it the lines that buildx writes; it knows every vertex, its log, and the error at the end.

    `redact` is applied to every name, log line and error before it is kept.
    """

    def __init__(self, redact: Callable[[str], str] = lambda text: text) -> None:
        self.vertices: dict[str, Vertex] = {}
        self.trailer: list[str] = []
        self._redact = redact
        self._reader = SolveStreamReader()
        self._lines: dict[tuple[str, int], _LineAssembler] = {}

    def feed(self, line: str) -> list[Vertex]:
        """Take one line of buildx's report; the vertices whose state or log it changed."""
        changed: dict[str, Vertex] = {}
        for update in self._reader.feed(line):
            vertex = self._apply(update)
            if vertex is not None:
                changed[vertex.id] = vertex
        return list(changed.values())

    @property
    def steps(self) -> list[Vertex]:
        """The instructions of the Dockerfile, without its FROM lines."""
        return [vertex for vertex in self.vertices.values() if vertex.name.counts]

    @property
    def steps_cached(self) -> int:
        """How many of the steps of a finished build the cache saved."""
        return sum(vertex.cached for vertex in self.steps) + self.steps_unneeded

    @property
    def steps_unneeded(self) -> int:
        """How many of the steps were never looked at, because what is made of them was in the cache."""
        return sum(vertex.started is None and not vertex.cached for vertex in self.steps)

    @property
    def failed(self) -> Vertex | None:
        """The vertex that made the build fail: the first that failed by its own fault."""
        return next((vertex for vertex in self.vertices.values() if vertex.failed), None)

    @property
    def error(self) -> str:
        """What buildx says at the end about the failure, without its prefix; empty when all is well."""
        for line in reversed(self.trailer):
            if line.startswith("ERROR: "):
                return line.removeprefix("ERROR: ").removeprefix("failed to solve: ")
        return ""

    def _apply(self, update: Update) -> Vertex | None:
        if isinstance(update, TrailingLine):
            self.trailer.append(self._redact(printable(update.text)))
            return None
        vertex = self.vertices.get(update.vertex)
        if isinstance(update, VertexUpdate):
            if vertex is None:
                vertex = Vertex(update.vertex, step_name(self._redact(update.name)))
                self.vertices[update.vertex] = vertex
            vertex.started = update.started if update.started is not None else vertex.started
            vertex.completed = update.completed
            vertex.cached = vertex.cached or update.cached
            vertex.error = self._redact(update.error) or vertex.error
            if vertex.completed is not None:
                self._end_lines(vertex)
            return vertex
        if vertex is None:
            return None
        if isinstance(update, LogUpdate):
            assembler = self._lines.setdefault((update.vertex, update.stream), _LineAssembler())
            vertex.log.extend(self._redact(line) for line in assembler.feed(update.data))
            if vertex.completed is not None:
                self._end_lines(vertex)
        elif isinstance(update, TransferUpdate):
            vertex.transfers[update.id] = (update.current, update.total)
        return vertex

    def _end_lines(self, vertex: Vertex) -> None:
        for stream in (1, 2):
            assembler = self._lines.pop((vertex.id, stream), None)
            if assembler is not None:
                vertex.log.extend(self._redact(line) for line in assembler.end())


class _LineAssembler:
    """Makes whole printable lines of output that arrives in any pieces."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def feed(self, data: bytes) -> list[str]:
        *whole, self._rest = (self._rest + self._decoder.decode(data)).split("\n")
        # A line that is redrawn over and over must not grow without end.
        self._rest = self._rest[self._rest.rfind("\r", 0, -1) + 1 :]
        return [_last_drawn(line) for line in whole]

    def end(self) -> list[str]:
        rest, self._rest = self._rest, ""
        return [_last_drawn(rest)] if rest else []


def _last_drawn(line: str) -> str:
    """The last state of a line that carriage returns redraw, as a person would have seen it."""
    states = [state for state in line.split("\r") if state.strip()]
    return printable(states[-1]).rstrip() if states else ""
