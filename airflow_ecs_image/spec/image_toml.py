"""image.toml as it stands: read, its keys known, each with the line it is on."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from airflow_ecs_image.errors import SpecError

FILE_NAME = "image.toml"

_POSITION = re.compile(r" \(at line (\d+), column (\d+)\)$")
_KEY = r'^[ \t]*(?:\[[ \t]*)?["\']?{key}["\']?[ \t]*(?:[=.\]])'


@dataclass(frozen=True)
class ImageToml:
    """The known keys of the file and their values; `unknown` has one line for each other key."""

    values: dict[str, object] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    text: str = ""
    table: str = ""

    def origin(self, key: str) -> str:
        """Where the key is, for people: `image.toml:12`."""
        return _origin(self.text, key, self.table)


def read_image_toml(
    directory: Path, known: Iterable[str], *, table: str = "", tables: tuple[str, ...] = ()
) -> ImageToml:
    """Read image.toml of a working directory, empty when there is none; SpecError when it is not readable TOML.

    `table` is the one to read, empty for the keys that stand in none; `tables` are those that others read.
    """
    path = directory / FILE_NAME
    if not path.exists():
        return ImageToml()
    text = _text(path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecError(
            _syntax_line(text, str(error)), mend="a value that is text stands in quotes, one key a line"
        ) from None
    names = tuple(known)
    if table:
        document = document.get(table, {})
        if not isinstance(document, dict):
            raise SpecError(
                f"{_origin(text, table)}: {table} is not a table", mend=f"write [{table}] above its keys"
            )
    else:
        document = {key: value for key, value in document.items() if key not in tables}
    unknown = tuple(_unknown_line(text, key, names, table) for key in document if key not in names)
    return ImageToml({key: value for key, value in document.items() if key in names}, unknown, text, table)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SpecError(f"{FILE_NAME}: cannot be read: {error.strerror}", mend=f"check {path}") from None
    try:
        # Windows editors start a file with a byte order mark, which TOML does not know.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SpecError(f"{FILE_NAME}:{line}: it is not UTF-8", mend="save the file as UTF-8") from None


def _syntax_line(text: str, message: str) -> str:
    position = _POSITION.search(message)
    if position is None:
        last_line = len(text.splitlines())
        return f"{FILE_NAME}:{last_line}: it is not TOML: {_lowered(message)}"
    words = _lowered(message[: position.start()])
    return f"{FILE_NAME}:{position[1]}: it is not TOML: {words} (column {position[2]})"


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]


def _unknown_line(text: str, key: str, names: tuple[str, ...], table: str) -> str:
    start = f"{_origin(text, key, table)}: unknown key {key!r}{f' in [{table}]' if table else ''}"
    if meant := difflib.get_close_matches(key.replace("-", "_").lower(), names, n=1, cutoff=0.6):
        return f"{start}; did you mean {meant[0]}?"
    return f"{start}; allowed: {', '.join(names)}"


def _origin(text: str, key: str, table: str = "") -> str:
    start = (
        re.search(rf"^[ \t]*\[[ \t]*{re.escape(table)}[ \t]*[\].]", text, flags=re.MULTILINE)
        if table
        else None
    )
    begin = start.start() if start else 0
    form = _KEY.format(key=re.escape(key))
    match = re.compile(form, re.MULTILINE).search(text, begin)
    if match is None and table:
        match = re.search(
            rf"^[ \t]*\[?{re.escape(table)}[ \t]*\.[ \t]*{re.escape(key)}\b", text, flags=re.MULTILINE
        )
    return f"{FILE_NAME}:{text.count(chr(10), 0, match.start()) + 1}" if match else FILE_NAME
