"""The live step list of a build: one line for each step of the Dockerfile."""

from __future__ import annotations

from airflow_ecs_image.console import Console, Step
from airflow_ecs_image.engine.progress import Vertex

_LONGEST_LINE = 110
_ROOM_FOR_SECONDS = 16
_WORTH_A_LINE_SECONDS = 1.0


class StepList:
    """Shows vertices on a console as they change.

    Steps that ran get a line each. Steps from the cache are gathered into one line, `= 12 steps cached`. A
    FROM and BuildKit's own work are seen while they run, and get a line only when they took a second or more.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._steps: dict[str, Step] = {}
        self._ended: set[str] = set()
        self._cached = 0

    def show(self, vertex: Vertex) -> None:
        """Draw the new state of a vertex."""
        if vertex.name.hidden or vertex.id in self._ended:
            return
        if vertex.completed is not None:
            self._end(vertex)
        elif vertex.running:
            step = self._steps.get(vertex.id)
            if step is None:
                step = self._steps[vertex.id] = self._console.begin(self._title(vertex))
            detail = _detail(vertex)
            if detail:
                step.update(detail)

    def add_cached(self, count: int) -> None:
        """Count steps that the cache saved and that no vertex told of."""
        self._cached += count

    def close(self) -> None:
        """End the list: the count of cached steps is printed, whatever still runs is dropped."""
        for step in self._steps.values():
            step.drop()
        self._steps.clear()
        self._print_cached()

    def _end(self, vertex: Vertex) -> None:
        step = self._steps.pop(vertex.id, None)
        counts = vertex.name.counts
        if vertex.cancelled:
            _drop(step)
        elif vertex.error:
            self._ended.add(vertex.id)
            self._print_cached()
            (step or self._console.begin(self._title(vertex))).failed(vertex.seconds)
        elif vertex.cached:
            if counts:
                self._ended.add(vertex.id)
                self._cached += 1
            _drop(step)
        elif counts or vertex.seconds >= _WORTH_A_LINE_SECONDS:
            if counts:
                self._ended.add(vertex.id)
            self._print_cached()
            (step or self._console.begin(self._title(vertex))).done(vertex.seconds)
        else:
            _drop(step)

    def _print_cached(self) -> None:
        if self._cached:
            count, self._cached = self._cached, 0
            self._console.begin(f"{count} step{'s' if count > 1 else ''} cached").skip("")

    def _title(self, vertex: Vertex) -> str:
        room = self._console.columns
        width = _LONGEST_LINE if room is None else max(30, room - _ROOM_FOR_SECONDS)
        return vertex.name.line(width)


def _drop(step: Step | None) -> None:
    if step is not None:
        step.drop()


def _detail(vertex: Vertex) -> str:
    current, total = vertex.transferred
    if total:
        return f"{current / 1e6:.0f} of {total / 1e6:.0f} MB"
    return next((line for line in reversed(vertex.log) if line.strip()), "")
