"""The line of each value in a JSON text, which Python's own reader does not tell."""

from __future__ import annotations

import json
import re

Path = tuple[str | int, ...]
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def lines_of(text: str) -> dict[Path, int]:
    """The line on which each value begins, by the keys and indices that lead to it. The text must be valid JSON."""
    lines: dict[Path, int] = {}
    path: list[str | int] = []
    key_is_next = False
    line, last = 1, 0
    for match in _TOKEN.finditer(text):
        line, last = line + text.count("\n", last, match.start()), match.start()
        piece = match.group()
        if piece == ":":
            key_is_next = False
        elif piece == ",":
            if isinstance(path[-1], int):
                path[-1] += 1
            else:
                key_is_next = True
        elif piece in "}]":
            path.pop()
            key_is_next = False
        elif key_is_next:
            path[-1] = json.loads(piece)
        else:
            lines[tuple(path)] = line
            if piece in "{[":
                path.append("" if piece == "{" else 0)
                key_is_next = piece == "{"
    return lines
