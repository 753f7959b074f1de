"""The results as a chart: a panel for each number of files and share of a CPU, a bar for each way."""

from __future__ import annotations

from pathlib import Path

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from bench.dag_fetch.cases import CPUS, FILES, Case
from bench.dag_fetch.results import Results, Row, rows
from bench.dag_fetch.ways import BASELINE
from bench.numbers import spoken_milliseconds, spoken_ratio

_DELAY_MS = 20
_STYLE = Path(__file__).parents[1] / "charts.mplstyle"
# Inches.
_WIDTH, _PANEL, _HEAD, _FOOT = 10.0, 2.3, 0.75, 0.3
_INK, _FAINT = "#24292f", "#6a737d"
_OURS, _OTHERS, _BASELINE = "#0a7d5a", "#a9b3bd", "#6f7b87"


def draw(results: Results, path: Path) -> bool:
    """Write the chart, SVG or PNG by the name of the file; False when no case with 20 ms a request was run."""
    cases = {(case.files, case.cpus): case for case in results.cases() if case.delay_ms == _DELAY_MS}
    files = [number for number in FILES if any(key[0] == number for key in cases)]
    shares = [share for share in CPUS if any(key[1] == share for key in cases)]
    if not cases:
        return False
    with style.context(_STYLE):
        height = _HEAD + _PANEL * len(files) + _FOOT
        room = (0.005, _FOOT / height, 0.985, 1 - (_HEAD + _FOOT) / height)
        layout = ConstrainedLayoutEngine(rect=room, hspace=0.06, wspace=0.05)
        figure = Figure(figsize=(_WIDTH, height), layout=layout)
        panels = figure.subplots(len(files), len(shares), squeeze=False)
        for row, number in enumerate(files):
            for column, share in enumerate(shares):
                case = cases.get((number, share))
                if case is not None:
                    _panel(panels[row][column], results, case, names=column == 0)
        _words(figure, results, height)
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    return True


def _panel(axes: Axes, results: Results, case: Case, *, names: bool) -> None:
    shown = [row for row in rows(results, case) if row.way.kind != "none"]
    longest = max((row.milliseconds.most for row in shown if row.milliseconds), default=1.0)
    for position, row in enumerate(shown):
        _bar(axes, position, row, longest)
    axes.set_title(f"{case.files:,} files, {'full CPU' if case.cpus is None else f'{case.cpus:g} CPU'}")
    axes.set_yticks(range(len(shown)), [row.way.title for row in shown] if names else [""] * len(shown))
    for label, row in zip(axes.get_yticklabels(), shown, strict=True):
        if row.way.kind == "ours":
            label.set(color=_OURS, fontweight="bold")
    axes.invert_yaxis()
    axes.set_xlim(0, longest * 1.3)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value / 1000:g} s")
    axes.locator_params(axis="x", nbins=5)


def _bar(axes: Axes, position: int, row: Row, longest: float) -> None:
    found = row.milliseconds
    if found is None:
        axes.text(longest * 0.01, position, "failed", va="center", fontsize=8.5, color=_INK)
        return
    baseline = row.way is BASELINE
    ours = row.way.kind == "ours"
    axes.barh(
        position, found.median, height=0.68, color=_OURS if ours else _BASELINE if baseline else _OTHERS
    )
    axes.plot([found.least, found.most], [position, position], color=_INK, linewidth=1, solid_capstyle="butt")
    ratio = f"  {spoken_ratio(row.ratio)}" if row.ratio is not None and not baseline else ""
    axes.text(
        found.most + longest * 0.015, position, f"{spoken_milliseconds(found.median)}{ratio}",
        va="center", fontsize=8.5, color=_OURS if ours else _INK, fontweight="bold" if ours else "normal",
    )  # fmt: skip


def _words(figure: Figure, results: Results, height: float) -> None:
    title = "DAG fetch: container start to Airflow, 20 ms a request"
    figure.text(0.012, 1 - 0.12 / height, title, va="top", fontsize=13, fontweight="bold")
    explained = (
        f"Median of {results.rounds} interleaved runs, thin line: least to most. "
        f"×: how many times faster than {BASELINE.title}."
    )
    figure.text(0.012, 1 - 0.42 / height, explained, va="top", color=_FAINT)
    machine = results.machine
    where = f"{machine['processor']}, {machine['cores']} cores; rclone serve s3 on the same machine; {machine['date']}"
    figure.text(0.012, 0.08 / height, where, va="bottom", fontsize=8, color=_FAINT)
