"""The results as a chart: a bar of bytes and a bar of seconds for each image."""

from __future__ import annotations

from pathlib import Path

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.contenders import Contender
from bench.image.results import BASELINE, SAMPLES, Results, Weight, compared
from bench.numbers import spoken_milliseconds, spoken_ratio

_STYLE = Path(__file__).parents[1] / "charts.mplstyle"
_INK, _FAINT, _OURS, _BASELINE = "#24292f", "#6a737d", "#0a7d5a", "#6f7b87"


def draw(results: Results, path: Path) -> bool:
    """Write the chart, SVG or PNG by the name of the file; False when nothing was pulled."""
    if not results.pulls:
        return False
    airflows = results.airflows()
    with style.context(_STYLE):
        figure = Figure(figsize=(10.0, 0.9 + 2.0 * len(airflows)), layout="constrained")
        panels = figure.subplots(len(airflows), 2, squeeze=False)
        for line, airflow in enumerate(airflows):
            weights = [each for each in results.weights if each.airflow == airflow]
            _bytes(panels[line][0], weights, f"Airflow {airflow}: compressed")
            _pulls(panels[line][1], results, weights, f"Airflow {airflow}: pull into an empty store")
        machine = results.machine
        figure.suptitle("Image: bytes and cold pull", x=0.012, ha="left", fontsize=13, fontweight="bold")
        where = f"Median of {results.rounds} interleaved pulls from a registry on the same machine. {machine['processor']}, "
        figure.supxlabel(
            f"{where}{machine['cores']} cores; {machine['date']}. Not Fargate.", fontsize=8, color=_FAINT
        )
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    return True


def _bytes(axes: Axes, weights: list[Weight], title: str) -> None:
    values = [each.compressed_bytes / 1e6 for each in weights]
    _bars(axes, values, [f"{value:.0f} MB" for value in values], weights, title)
    names = [f"{Contender(each.contender, '', '').title}, {each.compression}" for each in weights]  # type: ignore[arg-type]
    axes.set_yticks(range(len(weights)), names)


def _pulls(axes: Axes, results: Results, weights: list[Weight], title: str) -> None:
    values, labels = [], []
    runs = {
        (each.contender, each.compression): [
            run
            for run in results.pulls
            if (run.airflow, run.contender, run.compression)
            == (each.airflow, each.contender, each.compression)
        ]
        for each in weights
    }
    for each in weights:
        found = compared(runs[each.contender, each.compression], runs[BASELINE, "gzip"])
        value = found.milliseconds.median if found.milliseconds else 0.0
        ratio = f"  {spoken_ratio(found.ratio)}" if found.ratio and each.contender not in SAMPLES else ""
        values.append(value / 1000)
        labels.append(f"{spoken_milliseconds(value)}{ratio}")
    _bars(axes, values, labels, weights, title)
    axes.set_yticks(range(len(weights)), [""] * len(weights))


def _bars(axes: Axes, values: list[float], labels: list[str], weights: list[Weight], title: str) -> None:
    longest = max(values)
    for position, (value, label, weight) in enumerate(zip(values, labels, weights, strict=True)):
        ours = weight.contender not in SAMPLES
        axes.barh(position, value, height=0.68, color=_OURS if ours else _BASELINE)
        axes.text(
            value + longest * 0.015, position, label, va="center", fontsize=8.5,
            color=_OURS if ours else _INK, fontweight="bold" if ours else "normal",
        )  # fmt: skip
    axes.set_title(title)
    axes.invert_yaxis()
    axes.set_xlim(0, longest * 1.3)
