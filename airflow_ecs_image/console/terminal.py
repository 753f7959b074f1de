"""What the stream can show: live redrawing, colour, symbols beyond ASCII; and text made safe for it."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TextIO

Colour = Literal["red", "green", "yellow", "cyan", "bold", "dim"]

_CODES: dict[Colour, str] = {
    "red": "31",
    "green": "32",
    "yellow": "33",
    "cyan": "36",
    "bold": "1",
    "dim": "2",
}
_UNICODE_SYMBOLS = {"start": "…", "done": "✓", "failed": "✗", "skipped": "=", "mend": "→", "rule": "─"}
_ASCII_SYMBOLS = {
    "start": "...",
    "done": "[ok]",
    "failed": "[failed]",
    "skipped": "=",
    "mend": "->",
    "rule": "-",
}
_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Terminal:
    """The abilities of one output stream.

    `interactive` allows redrawing, `colour` allows ANSI styles, `unicode` allows symbols beyond ASCII.
    """

    interactive: bool
    colour: bool
    unicode: bool
    encoding: str

    @classmethod
    def of(cls, stream: TextIO, environment: Mapping[str, str]) -> Terminal:
        """Judge a stream by what it is and by TERM and NO_COLOR (https://no-color.org)."""
        encoding = getattr(stream, "encoding", None) or "utf-8"
        interactive = stream.isatty() and environment.get("TERM", "") not in ("", "dumb")
        return cls(
            interactive=interactive,
            colour=interactive and not environment.get("NO_COLOR"),
            unicode=encoding.lower().replace("-", "").replace("_", "").startswith("utf"),
            encoding=encoding,
        )

    def symbol(self, name: str) -> str:
        """The sign for `start`, `done`, `failed`, `skipped`, `mend` or `rule`."""
        return (_UNICODE_SYMBOLS if self.unicode else _ASCII_SYMBOLS)[name]

    def paint(self, text: str, colour: Colour | None) -> str:
        """The text in that colour where colour is allowed, else the text itself."""
        if colour is None or not self.colour or not text:
            return text
        return f"\x1b[{_CODES[colour]}m{text}\x1b[0m"

    def encodable(self, text: str) -> str:
        """The text with every character that the stream cannot carry written as an escape."""
        return text.encode(self.encoding, "backslashreplace").decode(self.encoding)

    @property
    def columns(self) -> int:
        """The width to fill now; it follows a window that is resized, down to a width that can be read."""
        return max(40, shutil.get_terminal_size((100, 24)).columns)


def printable(text: str) -> str:
    """The text without escape sequences and control characters; tabs become spaces, line ends stay."""
    return _CONTROL_CHARACTER.sub("", _ESCAPE_SEQUENCE.sub("", text).expandtabs(4))


def one_line(text: str) -> str:
    """The printable text with every run of white space made one space."""
    return " ".join(printable(text).split())


def display_width(text: str) -> int:
    """Columns that the text takes on a terminal: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """The text when it fits the width, else its beginning with an ellipsis at the end."""
    if display_width(text) <= width:
        return text
    kept = text
    while kept and display_width(kept) + len(ellipsis) > width:
        kept = kept[:-1]
    return kept.rstrip() + ellipsis


def spoken_seconds(seconds: float) -> str:
    """A duration for people: `0.4 s`, `12.3 s`, `2 min 05 s`."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"
