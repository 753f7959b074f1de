"""The report as a picture: a bar for each layer and each of the heaviest groups. The same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from airflow_ecs_image.console.svg_text import clean, cut
from airflow_ecs_image.size_report.model import SizeReport
from airflow_ecs_image.size_report.words import MOST_GROUPS, megabytes

_WIDTH = 960
_MARGIN = 24
_HEAD = 78
_HEADING = 34
_ROW, _BAR = 22, 12
_LABEL_WIDTH = 258
_VALUE_WIDTH = 150
_LONGEST_LABEL = 38

# For light and for dark paper, by what a bar stands for. A layer has the colour of what it holds most of.
_COLOURS = {
    "distribution": ("#0969da", "#4493f8"),
    "requirements": ("#bc4c00", "#f0883e"),
    "operating system": ("#6e7781", "#8b949e"),
    "Python": ("#2da44e", "#3fb950"),
    "entrypoint": ("#3f8f8b", "#3f9c97"),
    "DAGs": ("#d16ba5", "#db61a2"),
    "AWS CLI": ("#8250df", "#a371f7"),
    "other": ("#a2b1c4", "#5b6b80"),
    "hidden": ("#cf222e", "#f85149"),
}
_CLASSES = {
    "hidden by later layers": "hidden",
    "other files": "other",
    "operating system and Python": "operating system",
    "Airflow": "distribution",
    "Airflow and the executor package": "distribution",
    "executor package": "distribution",
    "executor package and bytecode": "distribution",
    "bytecode": "distribution",
    "packages": "distribution",
}
_STYLE = """
svg { font-family: -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; font-size: 12px; }
.paper { fill: #ffffff; stroke: #d1d9e0; } .text { fill: #1f2328; } .faint { fill: #59636e; }
.title { font-size: 16px; font-weight: 600; } .heading { font-weight: 600; } .number { font-variant-numeric: tabular-nums; }
.unpacked { fill-opacity: 0.28; }
"""
_DARK = ".paper { fill: #0d1117; stroke: #3d444d; } .text { fill: #f0f6fc; } .faint { fill: #9198a1; }"


@dataclass(frozen=True)
class _Bar:
    label: str
    colour: str
    compressed: int
    unpacked: int


def svg_of(report: SizeReport) -> str:
    """The picture as a document of its own; it follows the reader's light or dark setting."""
    layers = [
        _Bar(f"{layer.number}  {layer.role}", _colour(layer.role), layer.compressed, layer.bytes)
        for layer in report.layers
        if layer.files or not layer.readable
    ]
    groups = [
        _Bar(
            " ".join(filter(None, (group.title, group.version))),
            _colour(group.role if group.role in _COLOURS and group.kind == "distribution" else group.kind),
            group.compressed,
            group.bytes,
        )
        for group in report.groups[:MOST_GROUPS]
    ]
    if rest := report.groups[MOST_GROUPS:]:
        groups.append(
            _Bar(
                f"{len(rest)} more",
                "other",
                sum(group.compressed for group in rest),
                sum(group.bytes for group in rest),
            )
        )
    below = _HEAD + _HEADING + len(layers) * _ROW + _ROW
    heaviest = max((max(bar.unpacked, bar.compressed) for bar in (*layers, *groups)), default=0) or 1
    height = below + _HEADING + len(groups) * _ROW + _MARGIN
    used = sorted({bar.colour for bar in (*layers, *groups)}, key=list(_COLOURS).index)
    summary = (
        f"{megabytes(report.compressed):.1f} MB compressed (full colour), "
        f"{megabytes(report.bytes):.1f} MB unpacked (pale)"
    )
    size = f'xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    role = f'role="img" aria-label={quoteattr(clean(f"What {report.image} weighs: {summary}"))}'
    return "\n".join(
        [
            f"<svg {size} {role}>",
            f"<style>{_style(used)}</style>",
            f'<rect class="paper" x="0.5" y="0.5" width="{_WIDTH - 1}" height="{height - 1}" rx="6"/>',
            f'<text class="text title" x="{_MARGIN}" y="34">{escape(cut(report.image, 90))}</text>',
            f'<text class="faint" x="{_MARGIN}" y="54">{escape(summary)}</text>',
            *_section("By layer", layers, _HEAD, heaviest),
            *_section("By package; compressed bytes are an estimate", groups, below, heaviest),
            "</svg>",
            "",
        ]
    )


def _section(heading: str, bars: Sequence[_Bar], top: int, heaviest: int) -> Iterator[str]:
    yield f'<text class="text heading" x="{_MARGIN}" y="{top + 20}">{escape(heading)}</text>'
    left = _MARGIN + _LABEL_WIDTH
    scale = (_WIDTH - _MARGIN - _VALUE_WIDTH - left) / heaviest
    for number, bar in enumerate(bars):
        middle = top + _HEADING + number * _ROW + _ROW / 2
        unpacked, compressed = bar.unpacked * scale, bar.compressed * scale
        values = f"{megabytes(bar.compressed):.1f} / {megabytes(bar.unpacked):.1f} MB"
        name = bar.colour.replace(" ", "-")
        y = middle - _BAR / 2
        yield f"<g><title>{escape(clean(f'{bar.label}: {values}'))}</title>"
        yield (
            f'<text class="text" x="{left - 10}" y="{middle + 4:.1f}" text-anchor="end">{escape(cut(bar.label, _LONGEST_LABEL))}</text>'
        )
        yield f'<rect class="{name} unpacked" x="{left}" y="{y:.1f}" width="{unpacked:.2f}" height="{_BAR}"/>'
        yield f'<rect class="{name}" x="{left}" y="{y:.1f}" width="{compressed:.2f}" height="{_BAR}"/>'
        x = left + max(unpacked, compressed) + 8
        yield f'<text class="faint number" x="{x:.1f}" y="{middle + 4:.1f}">{values}</text></g>'


def _style(used: Sequence[str]) -> str:
    light, dark = (
        " ".join(f".{name.replace(' ', '-')} {{ fill: {_COLOURS[name][tone]}; }}" for name in used)
        for tone in (0, 1)
    )
    return f"{_STYLE}{light}\n@media (prefers-color-scheme: dark) {{ {_DARK} {dark} }}\n"


def _colour(name: str) -> str:
    found = _CLASSES.get(name, name)
    return found if found in _COLOURS else "other"
