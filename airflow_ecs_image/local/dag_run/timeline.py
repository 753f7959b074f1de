"""A DAG run's timeline: its tasks with their spans, as a table and as the document of `--json`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from airflow_ecs_image.local.dag_run.spans import GROUPS, PHASES, Phase, Span

_TOTAL = "total"


@dataclass(frozen=True)
class TimelineRow:
    """One run of a task: a try, or a part of it where the task was deferred or its container was started again.

    `ecs_task` is the id of the ECS task, None for a task of LocalExecutor; `exit_code` is its container's.
    """

    task: str
    try_number: int
    state: str
    executor: str
    ecs_task: str | None
    exit_code: int | None
    spans: tuple[Span, ...]

    @property
    def label(self) -> str:
        """The task's name, with the try from the second one on."""
        return self.task if self.try_number < 2 else f"{self.task} try {self.try_number}"

    @property
    def seconds(self) -> float:
        """From the first to the last moment."""
        return self.spans[-1].end - self.spans[0].start if self.spans else 0.0


@dataclass(frozen=True)
class Timeline:
    """Of one DAG run; rows in the order in which their tasks began."""

    dag_id: str
    run_id: str
    state: str
    rows: tuple[TimelineRow, ...]

    @property
    def start(self) -> float:
        """The first moment of all rows in epoch seconds, 0 where there is none."""
        return min((row.spans[0].start for row in self.rows if row.spans), default=0.0)

    @property
    def end(self) -> float:
        """The last moment of all rows in epoch seconds."""
        return max((row.spans[-1].end for row in self.rows if row.spans), default=0.0)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phases that a row has, in their order."""
        present = {span.phase for row in self.rows for span in row.spans}
        return tuple(phase for phase in PHASES if phase in present)


def table_of(timeline: Timeline, width: int | None = None) -> tuple[list[str], list[list[str]]]:
    """Headings and rows: seconds of each phase, those of the whole row, and below all rows their sums.

    In a `width` that is too small for that, neighbouring phases share a column.
    """
    whole = _table(timeline, {phase.heading: (phase,) for phase in timeline.phases})
    if width is None or _width(*whole) <= width:
        return whole
    present = set(timeline.phases)
    return _table(
        timeline, {heading: phases for heading, phases in GROUPS.items() if present.intersection(phases)}
    )


def _table(timeline: Timeline, columns: Mapping[str, tuple[Phase, ...]]) -> tuple[list[str], list[list[str]]]:
    headings = ["task", "state", *columns, _TOTAL]
    rows = [
        _cells(headings, row.label, row.state, *_seconds(columns.values(), row.spans), row.seconds)
        for row in timeline.rows
    ]
    if len(timeline.rows) > 1:
        every = [span for row in timeline.rows for span in row.spans]
        sums = _seconds(columns.values(), every)
        rows.append(_cells(headings, "sum", "", *sums, sum(row.seconds for row in timeline.rows)))
    return headings, rows


def _width(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    columns = zip(headings, *rows, strict=True)
    return sum(max(len(cell) for cell in column) + 2 for column in columns)


def document_of(timeline: Timeline) -> dict[str, object]:
    """The timeline for programs: ISO times, and seconds since the first moment."""
    return {
        "start": _iso(timeline.start) if timeline.rows else None,
        "seconds": round(timeline.end - timeline.start, 3),
        "tasks": [
            {
                "task": row.task,
                "try": row.try_number,
                "state": row.state,
                "executor": row.executor,
                "ecs_task": row.ecs_task,
                "exit_code": row.exit_code,
                "seconds": round(row.seconds, 3),
                "spans": [
                    {
                        "phase": span.phase.name,
                        "covers": [phase.name for phase in span.covers],
                        "start": round(span.start - timeline.start, 3),
                        "seconds": round(span.seconds, 3),
                    }
                    for span in row.spans
                ],
            }
            for row in timeline.rows
        ],
    }


def _seconds(columns: Iterable[tuple[Phase, ...]], spans: Sequence[Span]) -> list[float | None]:
    found = []
    for phases in columns:
        of_column = [span.seconds for span in spans if span.phase in phases]
        found.append(sum(of_column) if of_column else None)
    return found


def _cells(headings: Sequence[str], *values: str | float | None) -> list[str]:
    """Seconds as text of one width, so that the points of a column stand below each other."""
    cells = []
    for heading, value in zip(headings, values, strict=True):
        text = value if isinstance(value, str) else "" if value is None else f"{value:.2f}"
        cells.append(text if isinstance(value, str) else text.rjust(max(len(heading), 5)))
    return cells


def _iso(moment: float) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).isoformat(timespec="milliseconds")
