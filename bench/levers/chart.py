"""The results as a chart: what each lever saves of the bytes, and of the time to the first line of task code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.levers.report import spoken_bytes, spoken_seconds
from bench.levers.results import Pair, Results, rows

_STYLE = Path(__file__).parents[1] / "charts.mplstyle"
_INK, _FAINT = "#24292f", "#6a737d"
_COLOURS = ("#0a7d5a", "#9ab8ad")
_BAR = 0.8
"""Of the height of a row, for all its bars."""


def draw(results: Results, path: Path) -> bool:
    """Write the chart, SVG or PNG by the name of the file; False when nothing was timed."""
    airflows = results.airflows()
    found = {airflow: rows(results, airflow) for airflow in airflows}
    if not any(row.milliseconds.saved for each in found.values() for row in each):
        return False
    with style.context(_STYLE):
        figure = Figure(
            figsize=(10.0, 1.5 + 0.2 * (1 + len(airflows)) * len(results.levers)), layout="constrained"
        )
        bytes_, seconds = figure.subplots(1, 2)
        for position, (airflow, each) in enumerate(found.items()):
            height = _BAR / len(airflows)
            offset = height * (position + 0.5) - _BAR / 2
            series = _Series(f"Airflow {airflow}", offset, height, _COLOURS[position % len(_COLOURS)])
            _bars(bytes_, [row.compressed for row in each], 1e6, spoken_bytes, series)
            _bars(seconds, [row.milliseconds for row in each], 1e3, _spoken_milliseconds, series)
        _finish(bytes_, "Megabytes saved, compressed", list(results.levers))
        _finish(seconds, "Seconds saved to the first line of task code", [""] * len(results.levers))
        bytes_.legend(loc="lower right", frameon=False, fontsize=8.5)
        title = "Levers: what each saves alone"
        figure.suptitle(title, x=0.012, ha="left", fontsize=13, fontweight="bold")
        machine = results.machine
        figure.supxlabel(
            f"Source base, 0.25 CPU. Median and range of {results.rounds} interleaved rounds; "
            f"{machine['processor']}, {machine['cores']} cores; {machine['date']}. Not Fargate.",
            fontsize=8,
            color=_FAINT,
        )
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    return True


@dataclass(frozen=True)
class _Series:
    """How the bars of one Airflow are drawn: how far from the middle of a row, how high, and in which colour."""

    label: str
    offset: float
    height: float
    colour: str


def _bars(
    axes: Axes, pairs: Sequence[Pair], unit: float, said: Callable[[float], str], series: _Series
) -> None:
    """A bar for each lever, the range of its rounds as a line, and beside them what the page says."""
    axes.barh(0, 0, color=series.colour, label=series.label)
    for position, pair in enumerate(pairs):
        if pair.saved is None:
            continue
        median, least, most = (
            value / unit for value in (pair.saved.median, pair.saved.least, pair.saved.most)
        )
        height = position + series.offset
        axes.barh(height, median, height=series.height, color=series.colour)
        axes.plot([least, most], [height, height], color=_INK, linewidth=0.8)
        axes.annotate(
            said(pair.saved.median), (max(most, 0), height), xytext=(4, 0), textcoords="offset points",
            va="center", fontsize=7.5, color=_INK,
        )  # fmt: skip


def _finish(axes: Axes, title: str, names: list[str]) -> None:
    axes.set_title(title)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.axvline(0, color=_FAINT, linewidth=0.8)
    axes.margins(x=0.18)


def _spoken_milliseconds(value: float) -> str:
    return spoken_seconds(value / 1000)
