"""Reads the layers of an image from the stream of `docker save`: which files, how many bytes, plain and compressed."""

from __future__ import annotations

import os
import posixpath
import tarfile
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO

from airflow_ecs_image.engine.layer_sizes import compressed_bytes
from airflow_ecs_image.engine.saved_layers import Stream, hidden_by, read_saved_layers
from airflow_ecs_image.size_report.model import Distribution, LayerFile, LayerFiles
from airflow_ecs_image.size_report.packed_bytecode import is_packed_bytecode, modules_of
from airflow_ecs_image.size_report.records import distribution, is_record

_BLOCK_BYTES = 1 << 20
_DICTIONARY_BYTES = 1 << 15


def read_layers(archive: IO[bytes], known: Mapping[str, LayerFiles]) -> tuple[LayerFiles, ...]:
    """The layers of the one image in the archive, the lowest first; those `known` by diff id are passed over.

    A file's compressed bytes are its share of its folder's, which are compressed as a piece of the layer's stream. Uses
    every core. Raises tarfile.TarError when the archive is cut short.
    """
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return read_saved_layers(
            archive, known, lambda layer: _read_layer(layer, pool), LayerFiles(readable=False)
        )


def _read_layer(layer: tarfile.TarFile, pool: ThreadPoolExecutor) -> LayerFiles:
    sizes = _FileSizes(pool)
    distributions: list[Distribution] = []
    whiteouts: list[str] = []
    for member in layer:
        path = posixpath.normpath("/" + member.name)
        if (hidden := hidden_by(path)) is not None:
            whiteouts.append(hidden)
        elif member.isreg() and is_packed_bytecode(path):
            for module, content in modules_of(path, layer.extractfile(member)):
                sizes.add(module, content, keep=False)
        elif member.isreg():
            text = sizes.add(path, layer.extractfile(member), keep=is_record(path))
            if text:
                distributions.append(distribution(path, text.decode(errors="replace")))
    return LayerFiles(sizes.files(), tuple(distributions), tuple(whiteouts))


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

    def add(self, path: str, content: Stream | None, *, keep: bool) -> bytes:
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
