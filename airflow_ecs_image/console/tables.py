"""Tables as aligned text: the same on a terminal and in a CI log, wrapped only where a width is given."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from airflow_ecs_image.console.terminal import Colour, Terminal, display_width, printable

_GAP = "  "
_NARROWEST_COLUMN = 16
_LONGEST_RULE = 60
_STATE_COLOURS: dict[str, Colour] = {
    "ok": "green",
    "passed": "green",
    "failed": "red",
    "missing": "red",
    "error": "red",
    "warning": "yellow",
    "skipped": "dim",
}


def table_lines(
    terminal: Terminal,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    width: int | None = None,
) -> list[str]:
    """The lines of a table.

    `columns` are the headings; none means a table without a heading line. A column that holds only numbers is
    aligned to the right. `width` is the room in terminal columns, or None to leave long cells whole, which
    keeps CI logs searchable. A cell that is only a state word such as `ok` or `failed` is coloured.
    """
    count = max([len(columns), *(len(row) for row in rows)], default=0)
    if count == 0:
        return []
    cells = [[_cell(row[index]) if index < len(row) else "" for index in range(count)] for row in rows]
    headings = [columns[index] if index < len(columns) else "" for index in range(count)]
    numeric = [
        bool(rows) and all(_is_number(row[index]) for row in rows if index < len(row))
        for index in range(count)
    ]
    widths = [
        max([display_width(headings[index]), *(_widest_line(row[index]) for row in cells)])
        for index in range(count)
    ]
    if width is not None:
        widths = _fitted(widths, width)

    lines: list[str] = []
    if columns:
        lines.append(terminal.paint(_joined(headings, widths, numeric), "bold"))
        lines.append(
            terminal.paint(
                _GAP.join(terminal.symbol("rule") * min(column, _LONGEST_RULE) for column in widths), "dim"
            ),
        )
    for row in cells:
        lines.extend(_row_lines(terminal, row, widths, numeric, wrap=width is not None))
    return lines


def _row_lines(
    terminal: Terminal, row: list[str], widths: list[int], numeric: list[bool], *, wrap: bool
) -> list[str]:
    pieces = [
        _wrapped(cell, column) if wrap else (cell.splitlines() or [""])
        for cell, column in zip(row, widths, strict=True)
    ]
    lines = []
    for number in range(max(len(piece) for piece in pieces)):
        texts = [piece[number] if number < len(piece) else "" for piece in pieces]
        padded = _padded(texts, widths, numeric)
        painted = [
            terminal.paint(cell, _STATE_COLOURS.get(text.lower()))
            for cell, text in zip(padded, texts, strict=True)
        ]
        lines.append(_GAP.join(painted).rstrip())
    return lines


def _padded(texts: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> list[str]:
    padded = []
    last = len(texts) - 1
    for index, (text, width, right) in enumerate(zip(texts, widths, numeric, strict=True)):
        space = " " * (width - display_width(text))
        padded.append(space + text if right else text if index == last else text + space)
    return padded


def _joined(texts: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    return _GAP.join(_padded(texts, widths, numeric)).rstrip()


def _fitted(widths: list[int], room: int) -> list[int]:
    """The widths with the widest columns narrowed until the table fits the room, if that can be read."""
    fitted = list(widths)
    excess = sum(fitted) + len(_GAP) * (len(fitted) - 1) - room
    while excess > 0:
        index = fitted.index(max(fitted))
        if fitted[index] <= _NARROWEST_COLUMN:
            break
        fitted[index] -= 1
        excess -= 1
    return fitted


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for line in text.splitlines() or [""]:
        if display_width(line) <= width:
            lines.append(line)
        else:
            lines.extend(textwrap.wrap(line, width, break_on_hyphens=False) or [""])
    return lines


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.1f}"
    return printable(str(value)).strip("\n")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _widest_line(text: str) -> int:
    return max((display_width(line) for line in text.splitlines()), default=0)
