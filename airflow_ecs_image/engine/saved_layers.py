"""Goes through the layers of an image in the stream of `docker save`, whatever layout the engine writes."""

from __future__ import annotations

import json
import posixpath
import tarfile
from collections.abc import Callable, Mapping
from typing import IO, Protocol, TypeVar

_BUFFER = 1 << 20
_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_ZSTD = b"\x28\xb5\x2f\xfd"

Layer = TypeVar("Layer")


class Stream(Protocol):
    """All that is asked of a stream."""

    def read(self, size: int, /) -> bytes:
        """As of a file."""


def read_saved_layers(
    archive: Stream, known: Mapping[str, Layer], read: Callable[[tarfile.TarFile], Layer], unreadable: Layer
) -> tuple[Layer, ...]:
    """What `read` makes of each layer of the one image in the archive, the lowest first; the archive is read to its end.

    Layers that are `known` by diff id are passed over. `unreadable` stands for one that this Python cannot decompress,
    or that the archive lacks. Raises tarfile.TarError when the archive is cut short.
    """
    layers: dict[str, Layer] = {}
    names: list[str] = []
    with tarfile.open(fileobj=archive, mode="r|", bufsize=_BUFFER) as members:  # type: ignore[call-overload]
        for member in members:
            if member.issym() or member.islnk():
                # The legacy layout stores a layer that occurs twice once, and links to it.
                target = posixpath.normpath(posixpath.join(posixpath.dirname(member.name), member.linkname))
                if target in layers:
                    layers[member.name] = layers[target]
                continue
            diff_id = f"sha256:{posixpath.basename(member.name)}"
            if diff_id in known:
                layers[member.name] = known[diff_id]
                continue
            content = members.extractfile(member)
            if content is None:
                continue
            if member.name == "manifest.json":
                names = json.load(content)[0]["Layers"]
            elif member.name.endswith("layer.tar") or member.name.startswith("blobs/"):
                head = _Peeked(content)
                if head.first[:1] == b"{":
                    continue  # A piece of the image's description.
                layers[member.name] = unreadable if head.first.startswith(_ZSTD) else _read(head, read)
    return tuple(layers.get(name, unreadable) for name in names)


def hidden_by(path: str) -> str | None:
    """The path that a whiteout file of a layer hides, with a slash at its end for all that a folder held below.

    None for any other file (OCI image specification, "Whiteouts").
    """
    folder, name = posixpath.split(path)
    if name == _OPAQUE:
        return folder + "/"
    return posixpath.join(folder, name[len(_WHITEOUT) :]) if name.startswith(_WHITEOUT) else None


def _read(head: _Peeked, read: Callable[[tarfile.TarFile], Layer]) -> Layer:
    with tarfile.open(fileobj=head, mode="r|*", bufsize=_BUFFER) as layer:  # type: ignore[call-overload]
        return read(layer)


class _Peeked:
    """A stream whose first bytes can be looked at before it is read."""

    def __init__(self, content: IO[bytes]) -> None:
        self.first = content.read(1024)
        self._unread = self.first
        self._content = content

    def read(self, size: int) -> bytes:
        """As of a file."""
        if self._unread:
            head, self._unread = self._unread[:size], self._unread[size:]
            return head if len(head) == size else head + self._content.read(size - len(head))
        return self._content.read(size)
