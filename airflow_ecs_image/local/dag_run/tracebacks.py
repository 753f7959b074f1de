"""Tracebacks of a task without the frames of Airflow that lead to its code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_LIBRARY = "/site-packages/"
_FRAME = '  File "'
_TITLE = "Traceback (most recent call last):"


def traceback_lines(details: object) -> Iterator[str]:
    """Airflow 3's `error_detail` as Python prints exceptions: causes first, from the first frame on that is no library's."""
    for number, detail in enumerate(reversed(details) if isinstance(details, list) else ()):
        if not isinstance(detail, Mapping):
            continue
        if number:
            yield "During handling of the above exception, another exception occurred:"
        frames: list[Mapping[str, Any]] = list(detail.get("frames") or ())
        own = next((i for i, frame in enumerate(frames) if _LIBRARY not in str(frame.get("filename"))), 0)
        if frames:
            yield _TITLE
        for frame in frames[own:]:
            yield f'{_FRAME}{frame.get("filename")}", line {frame.get("lineno")}, in {frame.get("name")}'
        value = str(detail.get("exc_value") or "")
        yield f"{detail.get('exc_type')}: {value}" if value else str(detail.get("exc_type"))


def without_leading_library(lines: Sequence[str]) -> tuple[str, ...]:
    """A traceback in Python's own text, as Airflow 2 logs it, from the first frame on that is no library's."""
    kept: list[str] = []
    held: list[str] = []
    leading = False
    for line in lines:
        if line == _TITLE:
            kept += held
            leading, held = True, []
            kept.append(line)
        elif leading and line.startswith(_FRAME) and _LIBRARY not in line:
            leading, held = False, []
            kept.append(line)
        elif leading and line.startswith(" "):
            held.append(line)
        else:
            # The exception's own line: where all frames were a library's, they stay.
            kept += held
            leading, held = False, []
            kept.append(line)
    return (*kept, *held)
