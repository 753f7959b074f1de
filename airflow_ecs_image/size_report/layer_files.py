"""Reads the layers of an image from the stream of `docker save`: which files, how many bytes, plain and compressed."""

from __future__ import annotations

import json
import os
import posixpath
import tarfile
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO

from airflow_ecs_image.engine.layer_sizes import compressed_bytes
from airflow_ecs_image.size_report.model import Distribution, LayerFile, LayerFiles
from airflow_ecs_image.size_report.records import distribution, is_record

_BLOCK_BYTES = 1 << 20
_DICTIONARY_BYTES = 1 << 15
_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"


def read_layers(archive: IO[bytes], known: Mapping[str, LayerFiles]) -> tuple[LayerFiles, ...]:
    """The layers of the one image in the archive, the lowest first; those `known` by diff id are passed over.

    A file's compressed bytes are its share of its folder's, which are compressed as a piece of the layer's stream. Uses
    every core. Raises tarfile.TarError when the archive is cut short.
    """
    layers: dict[str, LayerFiles] = {}
    names: list[str] = []
    with (
        ThreadPoolExecutor(os.cpu_count() or 1) as pool,
        tarfile.open(fileobj=archive, mode="r|", bufsize=_BLOCK_BYTES) as members,
    ):
        for member in members:
            diff_id = f"sha256:{posixpath.basename(member.name)}"
            if member.issym() or member.islnk():
                # The legacy layout stores a layer that occurs twice once, and links to it.
                target = posixpath.normpath(posixpath.join(posixpath.dirname(member.name), member.linkname))
                if target in layers:
                    layers[member.name] = layers[target]
            elif diff_id in known:
                layers[member.name] = known[diff_id]
            elif member.name == "manifest.json":
                names = json.loads(_text(members, member))[0]["Layers"]
            elif member.name.endswith("/layer.tar") or member.name.startswith("blobs/"):
                content = members.extractfile(member)
                if content is not None and (layer := _read_layer(content, pool)) is not None:
                    layers[member.name] = layer
    return tuple(layers.get(name, LayerFiles(readable=False)) for name in names)


def _read_layer(content: IO[bytes], pool: ThreadPoolExecutor) -> LayerFiles | None:
    """One layer; None when the blob is a piece of the image's description."""
    head = _Peeked(content)
    if head.first[:1] == b"{":
        return None
    if head.first[:4] == b"\x28\xb5\x2f\xfd":  # zstd: tarfile reads it from Python 3.14 on
        return LayerFiles(readable=False)
    sizes = _FileSizes(pool)
    distributions: list[Distribution] = []
    whiteouts: list[str] = []
    with tarfile.open(fileobj=head, mode="r|*", bufsize=_BLOCK_BYTES) as layer:  # type: ignore[call-overload]
        for member in layer:
            path = posixpath.normpath("/" + member.name)
            folder, name = posixpath.split(path)
            if name == _OPAQUE:
                whiteouts.append(folder + "/")
            elif name.startswith(_WHITEOUT):
                whiteouts.append(posixpath.join(folder, name[len(_WHITEOUT) :]))
            elif member.isreg():
                text = sizes.add(path, layer.extractfile(member), keep=is_record(path))
                if text:
                    distributions.append(distribution(path, text.decode(errors="replace")))
    return LayerFiles(sizes.files(), tuple(distributions), tuple(whiteouts))


def _text(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = archive.extractfile(member)
    return content.read() if content else b""


class _FileSizes:
    """Compresses a layer's files folder by folder, in blocks, so that one layer uses every core."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._room = threading.Semaphore(2 * (os.cpu_count() or 1) + 2)
        self._paths: list[str] = []
        self._bytes: list[int] = []
        self._block = bytearray()
        self._shares: dict[int, int] = {}
        self._folder = ""
        self._dictionary = b""
        self._blocks: list[tuple[dict[int, int], int, Future[int]]] = []

    def add(self, path: str, content: IO[bytes] | None, *, keep: bool) -> bytes:
        """Take in one file; returns what it holds where that is to be kept, else nothing."""
        number = len(self._paths)
        self._paths.append(path)
        self._bytes.append(0)
        kept: list[bytes] = []
        folder = posixpath.dirname(path)
        if folder != self._folder:
            self._flush()
            self._folder = folder
        while content is not None and (chunk := content.read(_BLOCK_BYTES - len(self._block))):
            self._block += chunk
            self._bytes[number] += len(chunk)
            self._shares[number] = self._shares.get(number, 0) + len(chunk)
            if keep:
                kept.append(chunk)
            if len(self._block) >= _BLOCK_BYTES:
                self._flush()
        return b"".join(kept)

    def files(self) -> tuple[LayerFile, ...]:
        """All files, once every block is compressed."""
        self._flush()
        compressed = [0.0] * len(self._paths)
        for shares, length, size in self._blocks:
            for number, share in shares.items():
                compressed[number] += size.result() * share / length
        return tuple(
            LayerFile(path, size, round(packed))
            for path, size, packed in zip(self._paths, self._bytes, compressed, strict=True)
        )

    def _flush(self) -> None:
        if not self._block:
            return
        block, self._block = bytes(self._block), bytearray()
        shares, self._shares = self._shares, {}
        self._room.acquire()
        future = self._pool.submit(compressed_bytes, block, self._dictionary)
        future.add_done_callback(lambda _: self._room.release())
        self._blocks.append((shares, len(block), future))
        self._dictionary = (self._dictionary + block)[-_DICTIONARY_BYTES:]


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
