"""The results as a chart: a panel for each case, a bar of stacked parts for each contender."""

from __future__ import annotations

from pathlib import Path

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Patch

from bench.numbers import spoken_milliseconds, spoken_ratio
from bench.start_up.cases import CPUS, Case
from bench.start_up.parts import PARTS
from bench.start_up.results import BASELINE, Results, Row, rows

_STYLE = Path(__file__).parents[1] / "charts.mplstyle"
# Inches.
_WIDTH, _PANEL, _HEAD, _FOOT = 10.0, 1.55, 1.05, 0.3
_INK, _FAINT, _OURS = "#24292f", "#6a737d", "#0a7d5a"
_COLOURS = ("#c8ced4", "#f2b84b", "#e07a3f", "#2f6f9f", "#8e6bb0", "#66a182")


def draw(results: Results, path: Path) -> bool:
    """Write the chart, SVG or PNG by the name of the file; False when no run succeeded."""
    cases = [case for case in results.cases() if any(row.milliseconds for row in rows(results, case))]
    if not cases:
        return False
    airflows = list(dict.fromkeys(case.airflow for case in cases))
    with style.context(_STYLE):
        height = _HEAD + _PANEL * len(airflows) + _FOOT
        room = (0.005, _FOOT / height, 0.985, 1 - (_HEAD + _FOOT) / height)
        layout = ConstrainedLayoutEngine(rect=room, hspace=0.06, wspace=0.05)
        figure = Figure(figsize=(_WIDTH, height), layout=layout)
        panels = figure.subplots(len(airflows), len(CPUS), squeeze=False)
        for line, airflow in enumerate(airflows):
            for column, cpus in enumerate(CPUS):
                case = Case(airflow, cpus)
                if case in cases:
                    _panel(panels[line][column], results, case, names=column == 0)
                else:
                    panels[line][column].set_axis_off()
        _words(figure, results, height)
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    return True


def _panel(axes: Axes, results: Results, case: Case, *, names: bool) -> None:
    shown = rows(results, case)
    longest = max(row.milliseconds.most for row in shown if row.milliseconds)
    for position, row in enumerate(shown):
        _bar(axes, position, row, longest)
    axes.set_title(case.title)
    axes.set_yticks(range(len(shown)), [row.title for row in shown] if names else [""] * len(shown))
    for label, row in zip(axes.get_yticklabels(), shown, strict=True):
        if row.contender != BASELINE:
            label.set(color=_OURS, fontweight="bold")
    axes.invert_yaxis()
    axes.set_xlim(0, longest * 1.3)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value / 1000:g} s")
    axes.locator_params(axis="x", nbins=5)


def _bar(axes: Axes, position: int, row: Row, longest: float) -> None:
    if row.milliseconds is None:
        axes.text(longest * 0.01, position, "failed", va="center", fontsize=8.5, color=_INK)
        return
    begin = 0.0
    for part, colour in zip(PARTS, _COLOURS, strict=True):
        length = row.parts.get(part.name, 0.0)
        axes.barh(position, length, left=begin, height=0.68, color=colour)
        begin += length
    ours = row.contender != BASELINE
    ratio = f"  {spoken_ratio(row.ratio)}" if row.ratio is not None and ours else ""
    axes.text(
        begin + longest * 0.015, position, f"{spoken_milliseconds(row.milliseconds.median)}{ratio}",
        va="center", fontsize=8.5, color=_OURS if ours else _INK, fontweight="bold" if ours else "normal",
    )  # fmt: skip


def _words(figure: Figure, results: Results, height: float) -> None:
    title = "Start-up: container start to the first line of task code"
    figure.text(0.012, 1 - 0.12 / height, title, va="top", fontsize=13, fontweight="bold")
    explained = (
        f"Median of {results.rounds} interleaved runs, real worker command, 200 DAG files on S3 at 20 ms a request. "
        "×: how many times faster than the reference."
    )
    figure.text(0.012, 1 - 0.42 / height, explained, va="top", color=_FAINT)
    figure.legend(
        handles=[Patch(color=colour, label=part.title) for part, colour in zip(PARTS, _COLOURS, strict=True)],
        loc="upper left", bbox_to_anchor=(0.005, 1 - 0.62 / height), ncols=len(PARTS), frameon=False, fontsize=8.5,
        handlelength=1.0, handleheight=1.0, columnspacing=1.4,
    )  # fmt: skip
    machine = results.machine
    where = (
        f"{machine['processor']}, {machine['cores']} cores; S3, API server and database on the same machine; "
        f"{machine['date']}. Not Fargate."
    )
    figure.text(0.012, 0.08 / height, where, va="bottom", fontsize=8, color=_FAINT)
