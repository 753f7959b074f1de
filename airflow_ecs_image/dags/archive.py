"""Files in, one archive out: a tar in gzip whose bytes follow from names, contents and executable bits alone."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from airflow_ecs_image.dags.compression import gzip
from airflow_ecs_image.dags.versions import archive_name


@dataclass(frozen=True)
class PackedFile:
    """One file of an archive; `path` is relative to the DAG folder."""

    path: PurePosixPath
    content: bytes
    executable: bool = False


@dataclass(frozen=True)
class Archive:
    """An archive as it is uploaded; `sha256` is that of `content`, sizes are in bytes."""

    content: bytes
    sha256: str
    files: int
    unpacked_bytes: int

    @property
    def name(self) -> str:
        """Its content-addressed name: `dags-<sha256>.tar.gz`."""
        return archive_name(self.sha256)


def pack(files: Iterable[PackedFile], progress: Callable[[int], None] = lambda _: None) -> Archive:
    """The archive of the files, whatever their order; `progress` gets the bytes compressed so far.

    GNU format: names of any length, in UTF-8. Only regular files, nobody's, from the beginning of time: their folders
    follow from their names.
    """
    packed = sorted(files, key=lambda file: file.path.as_posix().encode())
    stream = io.BytesIO()
    with tarfile.open(
        fileobj=stream, mode="w", format=tarfile.GNU_FORMAT, encoding="utf-8", errors="strict"
    ) as archive:
        for file in packed:
            member = tarfile.TarInfo(file.path.as_posix())
            member.size = len(file.content)
            member.mode = 0o755 if file.executable else 0o644
            archive.addfile(member, io.BytesIO(file.content))
    content = gzip(stream.getvalue(), progress)
    unpacked = sum(len(file.content) for file in packed)
    return Archive(content, hashlib.sha256(content).hexdigest(), len(packed), unpacked)
