"""The pointer: one small object that says which version counts, as `sha256sum` would write it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from airflow_ecs_image.dags.versions import archive_name

POINTER_NAME = "latest.sha256"

_LINE = re.compile(r"(?P<sha256>[0-9a-f]{64}) [ *](?P<name>[^/\s\0]+)\n?")
_REMEMBERED = 16
_NOTHING = "-"


@dataclass(frozen=True)
class Pointer:
    """The pointer as it was read.

    `sha256` and `name` are those of the archive, or None when the object is of another form. `earlier` are the hashes
    that it held before, the last one first, or None when it does not know. `tag` is S3's ETag, by which a later
    change is noticed.
    """

    sha256: str | None
    name: str | None
    earlier: tuple[str, ...] | None
    tag: str

    def history_after(self, sha256: str) -> tuple[str, ...]:
        """What to remember once it has moved on to `sha256`."""
        history = [
            each for each in (self.sha256, *(self.earlier or ())) if each is not None and each != sha256
        ]
        return tuple(dict.fromkeys(history))[:_REMEMBERED]

    def history_back(self, sha256: str) -> tuple[str, ...] | None:
        """What to remember once it has moved back to `sha256`: nothing that came after that."""
        if self.earlier is not None and sha256 in self.earlier:
            return self.earlier[self.earlier.index(sha256) + 1 :]
        return None


def pointer_body(sha256: str, name: str | None = None) -> bytes:
    """The content of a pointer to the archive with that hash."""
    return f"{sha256}  {name or archive_name(sha256)}\n".encode()


def read_pointer(body: bytes, earlier: str | None, tag: str) -> Pointer:
    """The pointer with this content and, as `earlier_text` writes them, the hashes that it remembers."""
    match = _LINE.fullmatch(body.decode("utf-8", "replace"))
    hashes = None
    if earlier is not None:
        hashes = tuple(word for word in earlier.split() if re.fullmatch(r"[0-9a-f]{64}", word))
    if match is None:
        return Pointer(None, None, hashes, tag)
    return Pointer(match["sha256"], match["name"], hashes, tag)


def earlier_text(hashes: Sequence[str]) -> str:
    """The hashes as the pointer's metadata holds them, which cannot be empty everywhere."""
    return " ".join(hashes) or _NOTHING
