"""A timeline as a picture: a row for each task on one axis of seconds, a colour for each phase. The same bytes every time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from airflow_ecs_image.console.svg_text import clean, cut
from airflow_ecs_image.local.dag_run.spans import Span
from airflow_ecs_image.local.dag_run.timeline import Timeline, TimelineRow

_WIDTH = 960
_MARGIN = 24
_HEAD = 84
_ROW, _BAR = 30, 16
_LEGEND_ROW = 22
_CHARACTER = 6.9
"""Width of a character of the labels' font, of a generous one: system fonts differ."""

_LONGEST_LABEL = 30
_TOTAL_WIDTH = 60
_NARROWEST_WITH_SECONDS = 34
_THINNEST = 0.6

# For light and for dark paper; text on a bar is dark or light by the bar's own lightness.
_COLOURS = {
    "queued": ("#d0d7de", "#3d444d"),
    "provisioning": ("#a2b1c4", "#5b6b80"),
    "container": ("#6e8fb8", "#6f93c4"),
    "entrypoint": ("#3f8f8b", "#3f9c97"),
    "fetch": ("#2da44e", "#3fb950"),
    "imports": ("#b8730a", "#bb8009"),
    "supervisor": ("#b392f0", "#c297ff"),
    "runner": ("#8250df", "#8957e5"),
    "dag": ("#d16ba5", "#db61a2"),
    "preparation": ("#bf8ba8", "#b57f9d"),
    "code": ("#0969da", "#4493f8"),
    "exit": ("#b0643c", "#b87a58"),
    "stopping": ("#8c959f", "#656d76"),
}
_STYLE = """
svg { font-family: -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; font-size: 12px; }
.paper { fill: #ffffff; stroke: #d1d9e0; } .text { fill: #1f2328; } .faint { fill: #59636e; } .bad { fill: #cf222e; }
.title { font-size: 16px; font-weight: 600; } .number { font-variant-numeric: tabular-nums; }
.grid { stroke: #d1d9e0; stroke-width: 1; } .on { fill: #ffffff; font-size: 10.5px; }
"""
_DARK = """
.paper { fill: #0d1117; stroke: #3d444d; } .text { fill: #f0f6fc; } .faint { fill: #9198a1; } .bad { fill: #f85149; }
.grid { stroke: #3d444d; }
"""
_WITHOUT_SECONDS = frozenset({"queued", "stopping"})


def svg_of(timeline: Timeline) -> str:
    """The picture as a document of its own; it follows the reader's light or dark setting."""
    labels = max((_label_width(row) for row in timeline.rows), default=80.0)
    left = _MARGIN + labels + 12
    right = _WIDTH - _MARGIN - _TOTAL_WIDTH
    seconds = max(timeline.end - timeline.start, 0.001)
    step = tick_seconds(seconds)
    scale = (right - left) / (math.ceil(seconds / step) * step)
    bottom = _HEAD + len(timeline.rows) * _ROW
    legend = list(_legend(timeline, bottom + 34))
    height = bottom + 34 + _LEGEND_ROW * max((line for line, _ in legend), default=0) + _MARGIN
    role = f'role="img" aria-label={quoteattr(clean(_heading(timeline)))}'
    tone = "faint" if timeline.state == "success" else "bad"
    summary = f"{timeline.state}, {seconds:.1f} s, {_count(len(timeline.rows))}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" {role}>',
        f"<style>{_style(timeline)}</style>",
        f'<rect class="paper" x="0.5" y="0.5" width="{_WIDTH - 1}" height="{height - 1}" rx="6"/>',
        f'<text class="text title" x="{_MARGIN}" y="34">{escape(cut(timeline.dag_id, 60))}</text>',
        f'<text class="{tone}" x="{_MARGIN}" y="54">{escape(clean(summary))}</text>',
        *_axis(left, scale, seconds, step, bottom),
    ]
    for number, row in enumerate(timeline.rows):
        parts += _row(row, _HEAD + number * _ROW, left, scale, timeline.start)
    parts += [text for _, text in legend]
    return "\n".join([*parts, "</svg>", ""])


def tick_seconds(seconds: float) -> float:
    """The distance of two marks of an axis: 1, 2 or 5 of a power of ten, so that there are at most nine."""
    power = 10.0 ** math.floor(math.log10(seconds / 9))
    return next(factor * power for factor in (1, 2, 5, 10) if seconds / (factor * power) <= 9)


def _style(timeline: Timeline) -> str:
    light = "".join(f".{phase.name} {{ fill: {_COLOURS[phase.name][0]}; }} " for phase in timeline.phases)
    dark = "".join(f".{phase.name} {{ fill: {_COLOURS[phase.name][1]}; }} " for phase in timeline.phases)
    return f"{_STYLE}{light}\n@media (prefers-color-scheme: dark) {{{_DARK}{dark}\n}}\n"


def _heading(timeline: Timeline) -> str:
    return f"Timeline of the DAG run {timeline.dag_id} {timeline.run_id}: {timeline.state}"


def _count(rows: int) -> str:
    return f"{rows} task run" if rows == 1 else f"{rows} task runs"


def _axis(left: float, scale: float, seconds: float, step: float, bottom: int) -> Iterator[str]:
    digits = max(0, -math.floor(math.log10(step)))
    for number in range(math.ceil(seconds / step) + 1):
        x = left + number * step * scale
        yield f'<line class="grid" x1="{x:.1f}" y1="{_HEAD - 6}" x2="{x:.1f}" y2="{bottom + 4}"/>'
        yield (
            f'<text class="faint number" x="{x:.1f}" y="{_HEAD - 12}" text-anchor="middle">'
            f"{number * step:.{digits}f}{' s' if number == 0 else ''}</text>"
        )


def _row(row: TimelineRow, top: int, left: float, scale: float, start: float) -> Iterator[str]:
    middle = top + _ROW / 2
    where = "ECS task " + row.ecs_task if row.ecs_task else row.executor
    yield "<g>"
    yield f"<title>{escape(clean(f'{row.label}: {row.state}, {where}'))}</title>"
    tone = "bad" if row.state in ("failed", "upstream_failed") else "text"
    local = "" if row.ecs_task else '<tspan class="faint" dx="5">local</tspan>'
    yield (
        f'<text class="number {tone}" x="{left - 12:.1f}" y="{middle + 4:.1f}" text-anchor="end">{escape(cut(row.label, _LONGEST_LABEL))}'
        f"{local}</text>"
    )
    for span in row.spans:
        yield from _span(span, left + (span.start - start) * scale, middle, scale)
    if row.spans:
        x = left + (row.spans[-1].end - start) * scale
        yield f'<text class="faint number" x="{x + 8:.1f}" y="{middle + 4:.1f}">{row.seconds:.1f} s</text>'
    yield "</g>"


def _span(span: Span, x: float, middle: float, scale: float) -> Iterator[str]:
    width = span.seconds * scale
    # A phase of a few milliseconds stays a hairline and does not vanish.
    drawn = max(width, _THINNEST)
    names = " and ".join([span.phase.meaning, *(phase.meaning for phase in span.covers)])
    yield (
        f'<rect class="{span.phase.name}" x="{x:.2f}" y="{middle - _BAR / 2:.1f}" width="{drawn:.2f}" height="{_BAR}">'
        f"<title>{escape(f'{names}: {span.seconds:.2f} s')}</title></rect>"
    )
    if width >= _NARROWEST_WITH_SECONDS and span.phase.name not in _WITHOUT_SECONDS:
        yield (
            f'<text class="on number" x="{x + width / 2:.1f}" y="{middle + 3.7:.1f}" text-anchor="middle">'
            f"{span.seconds:.2f}</text>"
        )


def _legend(timeline: Timeline, top: int) -> Iterator[tuple[int, str]]:
    """Each entry with the number of its line."""
    x, line = float(_MARGIN), 0
    for phase in timeline.phases:
        width = 18 + len(phase.meaning) * _CHARACTER + 16
        if x + width > _WIDTH - _MARGIN and x > _MARGIN:
            x, line = float(_MARGIN), line + 1
        y = top + line * _LEGEND_ROW
        swatch = f'<rect class="{phase.name}" x="{x:.1f}" y="{y - 10}" width="12" height="12" rx="2"/>'
        yield line, f'{swatch}<text class="faint" x="{x + 18:.1f}" y="{y}">{escape(phase.meaning)}</text>'
        x += width


def _label_width(row: TimelineRow) -> float:
    return (len(cut(row.label, _LONGEST_LABEL)) + (0 if row.ecs_task else 6)) * _CHARACTER
