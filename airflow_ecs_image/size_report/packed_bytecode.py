"""Splits the packed bytecode of an image into its modules, so that each counts for the package that it is of."""

from __future__ import annotations

import io
import marshal
import posixpath
import re
from collections.abc import Iterator

from airflow_ecs_image.engine.saved_layers import Stream

_FILE = re.compile(
    r"(?P<site>.*/lib/python(?P<version>3\.\d+)/site-packages)/airflow_ecs_image_start/bytecode"
)
_HEAD = 12
# Five times what the table of all packages of an image takes.
_MOST_TABLE_BYTES = 5_000_000


def is_packed_bytecode(path: str) -> bool:
    """Whether a file of an image is the one of the lever `packed-bytecode`."""
    return _FILE.fullmatch(path) is not None


def modules_of(path: str, content: Stream | None) -> Iterator[tuple[str, Stream]]:
    """Each module's path, where its bytecode would be by itself, with the bytecode; what is left is the file's own.

    Each piece has to be read before the next. The layout is that of entrypoint/airflow_ecs_image_start/packed_bytecode.py;
    a file of another layout is one piece.
    """
    found = _FILE.fullmatch(path)
    if found is None or content is None:
        return
    head = content.read(_HEAD)
    length = int.from_bytes(head[4:], "little")
    text = content.read(length) if length <= _MOST_TABLE_BYTES else b""
    entries = _entries(text)
    yield path, io.BytesIO(head + text)
    begin = 0
    for name, is_package, end in entries:
        source = (
            posixpath.join(found["site"], name, "__init__")
            if is_package
            else posixpath.join(found["site"], name)
        )
        folder, module = posixpath.split(source)
        tag = found["version"].replace(".", "")
        yield f"{folder}/__pycache__/{module}.cpython-{tag}.pyc", _Piece(content, end - begin)
        begin = end
    if not entries:
        yield path, content


def _entries(table: bytes) -> list[tuple[str, bool, int]]:
    """Path, whether it is a package, and the end of each module in the order of the file; none for another layout."""
    try:
        # Sizes of an image of the user's own, which is about to run on this machine or has been built on it.
        found = marshal.loads(table)  # noqa: S302
        return sorted(
            ((str(name), bool(each[0]), int(each[2])) for name, each in found.items()),
            key=lambda each: each[2],
        )
    except (ValueError, EOFError, TypeError, AttributeError, LookupError):
        return []


class _Piece:
    """A part of a stream, from where the stream stands."""

    def __init__(self, content: Stream, size: int) -> None:
        self._content, self._left = content, size

    def read(self, size: int) -> bytes:
        """As of a file."""
        found = self._content.read(min(size, self._left))
        self._left -= len(found)
        return found
