"""Measuring layers: compressed bytes from a `docker save` stream, and bounds for the unpacked bytes."""

from __future__ import annotations

import json
import os
import re
import tarfile
import threading
import zlib
from collections.abc import Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO

from airflow_ecs_image.engine.images import HistoryEntry

_GZIP_LEVEL = 6
_BLOCK_BYTES = 1 << 20
_DICTIONARY_BYTES = 1 << 15
_GZIP_FRAME_BYTES = 20
_COMPRESSED_MAGIC = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
_LAYER_MEMBER = re.compile(r"^(?:blobs/sha256/(?P<digest>[0-9a-f]{64})|[^/]+/layer\.tar)$")
_NO_LAYER = re.compile(
    r"^(?:/bin/sh -c #\(nop\)\s+)?"
    r"(?:ARG|CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME)\b"
)


def compressed_layer_sizes(
    archive: IO[bytes], layers: Sequence[str], known: Collection[str]
) -> dict[str, int]:
    """The bytes of each layer by gzip -6, by diff id, for the layers that are not `known`.

    `archive` is what `docker save` writes for one image, `layers` are its diff ids, lowest first. A layer
    that the engine keeps compressed counts as it is kept. Uses every core. Raises tarfile.TarError.
    """
    sizes: dict[str, _LayerSize] = {}
    names: list[str] = []
    with (
        ThreadPoolExecutor(os.cpu_count() or 1) as pool,
        tarfile.open(fileobj=archive, mode="r|", bufsize=_BLOCK_BYTES) as members,
    ):
        for member in members:
            content = members.extractfile(member) if member.isreg() else None
            if content is None:
                continue
            match = _LAYER_MEMBER.match(member.name)
            if member.name == "manifest.json":
                names = json.loads(content.read())[0]["Layers"]
            elif match is not None and f"sha256:{match['digest']}" not in known:
                sizes[member.name] = _LayerSize(content, pool)
        # The manifest names the layers in the order of the diff ids; in older archives the names say nothing.
        return {
            layer: sizes[name].bytes()
            for layer, name in zip(layers, names, strict=True)
            if layer not in known and name in sizes
        }


def unpacked_layer_bounds(layers: Sequence[str], history: Sequence[HistoryEntry]) -> list[int]:
    """For each layer, lowest first, the most bytes that its files can take.

    The history, newest first, does not say which of its entries made a layer. Where the instructions tell,
    the bounds are exact; else a layer may be any neighbour that a layer without files can have shifted.
    """
    entries = list(reversed(history))
    makers = _makers(history)
    if len(makers) == len(layers):
        return [entry.size_bytes for entry in makers]
    filled = [entry.size_bytes for entry in entries if entry.size_bytes]
    empty_layers = len(layers) - len(filled)
    if empty_layers < 0:
        return [sum(filled)] * len(layers)
    return [max(filled[max(0, index - empty_layers) : index + 1], default=0) for index in range(len(layers))]


def layer_instructions(layers: Sequence[str], history: Sequence[HistoryEntry]) -> list[str]:
    """For each layer, lowest first, the instruction that made it; empty texts where the history does not tell."""
    makers = _makers(history)
    return [entry.created_by for entry in makers] if len(makers) == len(layers) else [""] * len(layers)


def _makers(history: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    """The entries that can have made a layer, the oldest first."""
    return [entry for entry in reversed(history) if entry.size_bytes or not _NO_LAYER.match(entry.created_by)]


class _LayerSize:
    """One layer on its way through the compressor, in blocks so that a single large layer uses every core.

    Each block has the end of the one before as its dictionary, which is how parallel gzip programs keep
    within a fraction of a per cent of the sequential size.
    """

    def __init__(self, content: IO[bytes], pool: ThreadPoolExecutor) -> None:
        self._bytes = 0
        self._blocks: list[Future[int]] = []
        room = threading.Semaphore(2 * (os.cpu_count() or 1) + 2)
        block = content.read(_BLOCK_BYTES)
        if block.startswith(_COMPRESSED_MAGIC):
            while block:
                self._bytes += len(block)
                block = content.read(_BLOCK_BYTES)
            return
        self._bytes = _GZIP_FRAME_BYTES
        dictionary = b""
        while block:
            room.acquire()
            future = pool.submit(compressed_bytes, block, dictionary)
            future.add_done_callback(lambda _: room.release())
            self._blocks.append(future)
            dictionary = block[-_DICTIONARY_BYTES:]
            block = content.read(_BLOCK_BYTES)

    def bytes(self) -> int:
        """The compressed size, once every block is done."""
        return self._bytes + sum(block.result() for block in self._blocks)


def compressed_bytes(block: bytes, dictionary: bytes) -> int:
    """The bytes of a block by gzip -6 as a piece of a longer stream; `dictionary` is the end of what stands before it."""
    options = (_GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_DEFAULT_STRATEGY)
    compressor = zlib.compressobj(*options, dictionary) if dictionary else zlib.compressobj(*options)
    return len(compressor.compress(block)) + len(compressor.flush(zlib.Z_SYNC_FLUSH))
