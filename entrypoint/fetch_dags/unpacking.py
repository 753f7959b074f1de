"""From an archive to files: nothing outside the folder, no devices, no links out, no more than the limits allow."""

from __future__ import annotations

import os
import zlib

from .failures import NOTHING_FOUND, Failure
from .staging import write_failure
from .tar import BLOCK, FILE, FOLDER, HARD_LINK, SYMBOLIC_LINK, damaged, members, padded
from .tree import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .settings import Settings
    from .staging import Staging
    from .tar import Member

_PIECE = 1 << 20
_GZIP = b"\x1f\x8b"
_WITH_GZIP_HEADER = 31


def unpack(archive: int, staging: Staging, settings: Settings, uri: str) -> Tree:
    """Unpack the archive, an open file descriptor, into the staging folder; returns what it was made of."""
    tree = Tree(settings, "archive member")
    stream = _Stream(archive, settings.max_bytes + settings.max_files * 4 * BLOCK)
    links: list[Member] = []
    for member in members(stream.read):
        path = _path(member.name, tree)
        if not path:
            continue
        if member.kind == FOLDER:
            tree.add_folder(path)
            staging.make_folder(path)
            continue
        tree.add(path, member.size)
        if member.kind == FILE:
            _write(stream, staging, path, member)
        else:
            member.name = path
            links.append(member)
    stream.finish()
    # Last, so that no file is ever written through a link.
    for link in links:
        _link(link, staging, tree)
    for link in links:
        _within(link, staging)
    if not len(tree) and not settings.allow_empty:
        raise Failure(
            NOTHING_FOUND,
            f"{uri} holds no file",
            "check what was packed; DAG_FETCH_ALLOW_EMPTY=true takes an empty one",
        )
    return tree


def _path(name: str, tree: Tree) -> str:
    """The name without `./` and the slashes around it, as `tar` itself extracts it."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise tree.refused(name, "would leave the DAG folder")
    return "/".join(parts)


def _write(stream: _Stream, staging: Staging, path: str, member: Member) -> None:
    descriptor = staging.open(path, executable=member.executable)
    try:
        left = member.size
        while left:
            piece = stream.read(min(left, _PIECE))
            staging.write(descriptor, piece)
            left -= len(piece)
        stream.read(padded(member.size) - member.size)
    finally:
        os.close(descriptor)


def _link(link: Member, staging: Staging, tree: Tree) -> None:
    place = f"{staging.path}/{link.name}"
    try:
        staging.make_folder(link.name.rpartition("/")[0])
        if link.kind == HARD_LINK:
            os.link(f"{staging.path}/{_path(link.link, tree)}", place, follow_symlinks=False)
        else:
            os.symlink(link.link, place)
    except FileNotFoundError:
        raise tree.refused(link.name, f"is a link to {link.link!r}, which is not there") from None
    except OSError as error:
        raise write_failure(error, staging.target, link.name) from None


def _within(link: Member, staging: Staging) -> None:
    """Refuse a link that leads out of the folder, however many links lie on its way."""
    leads_to = os.path.realpath(f"{staging.path}/{link.name}")
    absolute = link.link.startswith("/") and link.kind == SYMBOLIC_LINK
    if absolute or not f"{leads_to}/".startswith(f"{staging.path}/"):
        raise damaged(f"{link.name!r} is a link that leads out of the DAG folder")


class _Stream:
    """The bytes of the archive, decompressed where they are gzip, with a limit on how many there may be."""

    def __init__(self, archive: int, most: int) -> None:
        self._archive = archive
        self._left = most
        self._packed = b""
        self._unpacked = bytearray()
        self._offset = 0
        first = os.pread(archive, 2, 0)
        self._inflate = zlib.decompressobj(_WITH_GZIP_HEADER) if first == _GZIP else None

    def read(self, size: int) -> bytes:
        """Exactly so many bytes."""
        while len(self._unpacked) - self._offset < size:
            piece = self._next()
            if not piece:
                raise damaged("it is cut short")
            if self._offset:
                del self._unpacked[: self._offset]
                self._offset = 0
            self._unpacked += piece
        start, self._offset = self._offset, self._offset + size
        return bytes(self._unpacked[start : self._offset])

    def finish(self) -> None:
        """Read to the end: gzip keeps its check sum there."""
        while self._next():
            pass

    def _next(self) -> bytes:
        piece = self._inflated() if self._inflate is not None else os.read(self._archive, _PIECE)
        self._left -= len(piece)
        if self._left < 0:
            raise damaged("it is larger than DAG_FETCH_MAX_BYTES and DAG_FETCH_MAX_FILES allow")
        return piece

    def _inflated(self) -> bytes:
        inflate = self._inflate
        assert inflate is not None
        while True:
            if not self._packed:
                self._packed = os.read(self._archive, _PIECE)
            if inflate.eof:
                if not self._packed.strip(b"\0"):
                    return b""
                # Several gzip streams one after the other are one (RFC 1952, 2.2).
                inflate = self._inflate = zlib.decompressobj(_WITH_GZIP_HEADER)
            elif not self._packed:
                raise damaged("it is cut short")
            try:
                piece = inflate.decompress(self._packed, _PIECE)
            except zlib.error as error:
                raise damaged(str(error).lower()) from None
            self._packed = inflate.unconsumed_tail or inflate.unused_data
            if piece:
                return piece
