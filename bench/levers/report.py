"""The results as a page that a person reads."""

from __future__ import annotations

from bench.levers.results import Pair, Results, Row, rows
from bench.levers.variants import DEFAULTS
from bench.numbers import spoken_milliseconds, spoken_ratio

_METHOD = """\
## How it was taken

- **Images**: this project on its source base with Python 3.11 and no DAGs: one with all levers as they are by default, and
  one for each lever with that lever alone switched over. What two levers bring together is not the sum of both:
  `short-bytecode` and `packed-bytecode` are nothing without `bytecode`, whose row has all three.
- **Saved** is the image with the lever off less the image with it on, whatever the default; a minus is a cost.
- **Bytes**: the layers by gzip -6, as a registry holds them, and unpacked as the engine counts them.
- **Time and CPU**: as in [start-up](start-up.md) at 0.25 CPU, by the worker command against a real API server or database:
  to the first line of task code, and the container's CPU seconds until then. One warm-up of every image comes first. In
  each round every image runs once, each round begun by the next one. A difference is of two runs of the same round; the
  table has its median, and least to most in brackets. × is how many times longer it takes without the lever.
- **none seen**: the rounds do not agree on which of the two is less. Every image runs as often as the others, so a small
  difference in one round alone is chance."""
_NONE = "none seen"


def page(results: Results) -> str:
    """The page in Markdown: all levers at a glance, a table for each Airflow, then how it was taken."""
    head = (
        f"What each lever saves alone, all others as they are by default. Medians of {results.rounds} interleaved runs. "
        "Made by `make bench ARGS=levers`; every run is in [levers.json](levers.json)."
    )
    parts = ["# Levers: what each brings alone", head, "![Chart of what each lever saves](levers.svg)"]
    parts.append(summary(results))
    for airflow in results.airflows():
        parts += [f"## Airflow {airflow}", _table(results, airflow)]
    parts += [_METHOD, "## Machine and images"]
    facts = {**results.machine, **{name: f"`{value[:19]}`" for name, value in results.images.items()}}
    lines = [f"| {name} | {value} |" for name, value in facts.items()]
    parts.append("\n".join(["| what | value |", "|---|---|", *lines]))
    return "\n\n".join(parts) + "\n"


def summary(results: Results) -> str:
    """The table that the documentation has too: compressed bytes, time and CPU seconds that each lever saves."""
    airflows = results.airflows()
    heads = [f"{airflow}: {what}" for airflow in airflows for what in ("bytes", "time", "CPU")]
    lines = [f"| lever | {' | '.join(heads)} |", f"|---|{'--:|' * len(heads)}"]
    found = [rows(results, airflow) for airflow in airflows]
    for each in zip(*found, strict=True):
        cells = [
            cell
            for row in each
            for cell in (
                spoken_bytes(row.compressed.saved.median) if row.compressed.saved else "–",
                _seen(row.milliseconds, 1000),
                _seen(row.cpu_seconds, 1),
            )
        ]
        lines.append(f"| `{each[0].lever}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def spoken_bytes(value: float) -> str:
    """`12.3 MB`, `45 kB`, `−45 kB`, `0`: decimal units; less than half a kilobyte is nothing."""
    sign, size = ("−" if value < 0 else ""), abs(value)
    if size < 500:
        return "0"
    return f"{sign}{size / 1e3:.0f} kB" if size < 999_500 else f"{sign}{size / 1e6:.1f} MB"


def spoken_seconds(value: float) -> str:
    """`0.12 s`, `−0.03 s`."""
    return f"{'−' if round(value, 2) < 0 else ''}{abs(value):.2f} s"


def _table(results: Results, airflow: str) -> str:
    found = rows(results, airflow)
    lines = [
        "| lever | default | compressed, off | on | saved | unpacked, saved | first line, off | on | saved | × | CPU s, off | on | saved |",
        f"|---|---|{'--:|' * 11}",
    ]
    lines += [f"| `{row.lever}` | {'on' if row.default else 'off'} | {_cells(row)} |" for row in found]
    notes = [
        f"- `{row.lever}` switched over: {row.failed} of {results.rounds} runs failed ({row.error})"
        for row in found
        if row.failed
    ]
    failed = [run.error for run in results.timings if (run.airflow, run.variant) == (airflow, DEFAULTS)]
    if failed := [error for error in failed if error]:
        notes.append(f"- all by default: {len(failed)} of {results.rounds} runs failed ({failed[0]})")
    return "\n".join([*lines, *([""] if notes else []), *notes])


def _cells(row: Row) -> str:
    compressed, time, cpu = row.compressed, row.milliseconds, row.cpu_seconds
    cells = (
        *("–" if value is None else f"{value / 1e6:.1f} MB" for value in (compressed.off, compressed.on)),
        *(
            "–" if each.saved is None else spoken_bytes(each.saved.median)
            for each in (compressed, row.unpacked)
        ),
        *("failed" if value is None else spoken_milliseconds(value) for value in (time.off, time.on)),
        _saved(time, 1000),
        "–" if time.ratio is None else spoken_ratio(time.ratio),
        *("failed" if value is None else f"{value:.2f}" for value in (cpu.off, cpu.on)),
        _saved(cpu, 1),
    )
    return " | ".join(cells)


def _saved(pair: Pair, unit: float) -> str:
    """The difference with its range, in seconds of which `unit` makes one."""
    if pair.saved is None:
        return "–"
    median, least, most = (
        spoken_seconds(value / unit) for value in (pair.saved.median, pair.saved.least, pair.saved.most)
    )
    return median if pair.saved.count == 1 else f"{median} ({least.removesuffix(' s')} to {most})"


def _seen(pair: Pair, unit: float) -> str:
    if pair.saved is None:
        return "failed"
    return _NONE if pair.seen is None else spoken_seconds(pair.seen / unit)
