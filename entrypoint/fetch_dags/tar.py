"""Reading a tar archive member by member (POSIX.1-2017 pax, "ustar Interchange Format", and GNU's long names).

`tarfile` would do: it takes twelve milliseconds to import and seventy microseconds a member, several times what the rest of
fetching an archive costs. tests/fetch/test_tar.py compares this reader with it. What it does not know, it refuses.
"""

from __future__ import annotations

from .failures import CONTENT_REFUSED, Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

BLOCK = 512
_LONGEST_HEADER = 1 << 20
FILE, FOLDER, SYMBOLIC_LINK, HARD_LINK = "file", "folder", "symbolic link", "hard link"
_KINDS = {b"0": FILE, b"\0": FILE, b"7": FILE, b"5": FOLDER, b"2": SYMBOLIC_LINK, b"1": HARD_LINK}
_ABOUT_THE_NEXT = (b"L", b"K", b"x", b"g")
_OTHER = {b"3": "a device", b"4": "a device", b"6": "a pipe", b"S": "a sparse file"}


class Member:
    """The header of a member; `size` bytes of content follow, for a file."""

    __slots__ = ("executable", "kind", "link", "name", "size")

    def __init__(self, name: str, kind: str, size: int, link: str, *, executable: bool) -> None:
        self.name = name
        self.kind = kind
        self.size = size
        self.link = link
        self.executable = executable


def damaged(reason: str) -> Failure:
    """The failure for an archive that is not whole, or none."""
    return Failure(
        CONTENT_REFUSED,
        f"the archive cannot be extracted: {reason}",
        "pack and upload it again: `dags push`, or `tar -czf`",
    )


def members(read: Callable[[int], bytes]) -> Iterator[Member]:
    """The members of an archive. `read(n)` gives exactly n bytes, or raises.

    The caller reads the content of each file, padded to whole blocks, before it asks for the next member.
    """
    long: dict[str, str] = {}
    while True:
        header = read(BLOCK)
        if not header.strip(b"\0"):
            return
        _verify(header)
        kind = header[156:157]
        size = _number(header[124:136])
        if kind in _ABOUT_THE_NEXT:
            if size > _LONGEST_HEADER:
                raise damaged("it has a header of more than a megabyte")
            long.update(_said_of_the_next(kind, read(padded(size))[:size]))
        else:
            yield _member(header, kind, size, long)
            long = {}


def _said_of_the_next(kind: bytes, text: bytes) -> dict[str, str]:
    """What an extended header says of the member after it: `path` and `linkpath`, as pax calls them."""
    if kind == b"L":
        return {"path": _text(text)}
    if kind == b"K":
        return {"linkpath": _text(text)}
    records = _records(text) if kind == b"x" else {}
    if "size" in records or any(name.startswith("GNU.sparse") for name in records):
        raise damaged("it has a file that is sparse, or larger than 8 GB")
    return records


def _member(header: bytes, kind: bytes, size: int, long: Mapping[str, str]) -> Member:
    name = long.get("path") or _name(header)
    link = long.get("linkpath") or _text(header[157:257])
    if kind not in _KINDS:
        raise damaged(f"{name!r} is {_OTHER.get(kind, 'no file, folder or link')}")
    known = FOLDER if _KINDS[kind] == FILE and name.endswith("/") else _KINDS[kind]
    if size and known != FILE:
        raise damaged(f"{name!r} is a {known}, but has content")
    return Member(name, known, size, link, executable=bool(_number(header[100:108]) & 0o100))


def padded(size: int) -> int:
    """The bytes that content of that size takes in the archive."""
    return (size + BLOCK - 1) // BLOCK * BLOCK


def _verify(header: bytes) -> None:
    total = sum(header) - sum(header[148:156]) + 8 * ord(" ")
    if _number(header[148:156]) != total:
        raise damaged("it is no tar archive, or it is damaged")


def _number(field: bytes) -> int:
    digits = field.strip(b" \0")
    try:
        return int(digits, 8) if digits else 0
    except ValueError:
        raise damaged("it is no tar archive, or it is damaged") from None


def _name(header: bytes) -> str:
    name = _text(header[:100])
    # GNU's own header has other things in the place of the prefix.
    prefix = _text(header[345:500]) if header[257:263] == b"ustar\0" else ""
    return f"{prefix}/{name}" if prefix else name


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _records(text: bytes) -> dict[str, str]:
    """The records of a pax header: `length name=value` and a line break each."""
    records = {}
    while text:
        length_text, _, _ = text.partition(b" ")
        if not length_text.isdigit() or not 0 < int(length_text) <= len(text):
            raise damaged("it has a damaged header")
        length = int(length_text)
        name, _, value = text[len(length_text) + 1 : length - 1].partition(b"=")
        records[name.decode("utf-8", "surrogateescape")] = value.decode("utf-8", "surrogateescape")
        text = text[length:]
    return records
