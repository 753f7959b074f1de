"""One archive instead of many objects: a request for it, and one for the pointer that names it."""

from __future__ import annotations

import hashlib
import os
import time

from .failures import CONTENT_REFUSED, NO_SUCH_OBJECT, Failure, Transient
from .integrity import ASK_FOR_CHECKSUMS, Verifier
from .prefix import Fetched
from .s3 import Client
from .settings import ARCHIVE_ENDINGS, POINTER
from .unpacking import unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .connection import Response
    from .s3 import Bucket
    from .settings import Settings, Source
    from .staging import Staging

_LONGEST_POINTER = 4096
_HEXADECIMAL = frozenset("0123456789abcdef")
_ROUNDS = 3
_DOWNLOADED = ".archive"
"""Below the staging folder while it is there; removed from it as soon as it is open."""


def fetch_archive(source: Source, bucket: Bucket, staging: Staging, settings: Settings) -> Fetched:
    """Download the archive that the source names, verify its hash, and unpack it.

    The version is the sha256 of the archive. A pointer that has moved on, so that its archive is pruned already, is read
    again.
    """
    client = Client(bucket)
    try:
        for number in range(1, _ROUNDS + 1):
            key, expected = source.key, _hash_in(source.key)
            if source.kind == POINTER:
                expected, name = _read_pointer(client, source)
                key = source.key[: source.key.rfind("/") + 1] + name
            try:
                descriptor, version = _download(client, key, expected, staging, settings)
                break
            except Failure as failure:
                if failure.kind is not NO_SUCH_OBJECT or source.kind != POINTER or number == _ROUNDS:
                    raise
                time.sleep(0.2)
    finally:
        client.close()
    try:
        tree = unpack(descriptor, staging, settings, f"s3://{source.bucket}/{key}")
    finally:
        os.close(descriptor)
    return Fetched(len(tree), tree.bytes, version)


def _read_pointer(client: Client, source: Source) -> tuple[str, str]:
    """The hash and the name that the pointer holds, in one line as `sha256sum` writes it."""
    body = bytearray()
    verifier: Verifier | None = None

    def start(response: Response) -> Callable[[bytes], None]:
        nonlocal verifier
        body.clear()
        checked = verifier = Verifier(source.key, response)

        def take(piece: bytes) -> None:
            if len(body) + len(piece) > _LONGEST_POINTER:
                raise _no_pointer(source)
            checked.update(piece)
            body.extend(piece)

        return take

    def finish() -> None:
        assert verifier is not None
        verifier.finish()

    client.get(source.key, start=start, finish=finish, headers=ASK_FOR_CHECKSUMS)
    text = body.decode(errors="replace")
    digest, _, name = text.removesuffix("\n").partition("  ")
    if len(digest) != 64 or not _HEXADECIMAL.issuperset(digest) or not name.endswith(ARCHIVE_ENDINGS):
        raise _no_pointer(source)
    if "/" in name or any(map(str.isspace, name)):
        raise _no_pointer(source)
    return digest, name


def _no_pointer(source: Source) -> Failure:
    return Failure(
        CONTENT_REFUSED,
        f"{source.uri} is not a pointer: one line with a sha256 and the name of an archive beside it",
        "write it with `dags push`",
    )


def _hash_in(key: str) -> str:
    """The sha256 that a content-addressed name promises, or an empty text."""
    name = key.rpartition("/")[2]
    digest = name.removeprefix("dags-").partition(".")[0]
    return (
        digest if name.startswith("dags-") and len(digest) == 64 and _HEXADECIMAL.issuperset(digest) else ""
    )


def _download(
    client: Client, key: str, expected: str, staging: Staging, settings: Settings
) -> tuple[int, str]:
    """The archive as an open file without a name, at its beginning, and its sha256."""
    descriptor = staging.open(_DOWNLOADED)
    os.unlink(f"{staging.path}/{_DOWNLOADED}")
    digest = hashlib.sha256()
    verifier: Verifier | None = None

    def start(response: Response) -> Callable[[bytes], None]:
        nonlocal digest, verifier
        fresh = digest = hashlib.sha256()
        # A known sha256 says more than S3's own checksums, which cost as much again.
        checked = verifier = None if expected else Verifier(key, response)
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        left = settings.max_bytes

        def take(piece: bytes) -> None:
            nonlocal left
            left -= len(piece)
            if left < 0:
                raise Failure(
                    CONTENT_REFUSED,
                    f"the archive {key!r} is larger than DAG_FETCH_MAX_BYTES allows ({settings.max_bytes})",
                    "pack less, or raise DAG_FETCH_MAX_BYTES",
                )
            fresh.update(piece)
            if checked is not None:
                checked.update(piece)
            staging.write(descriptor, piece)

        return take

    def finish() -> None:
        if verifier is not None:
            verifier.finish()
        if expected and digest.hexdigest() != expected:
            raise Transient(
                f"the archive {key!r} has the sha256 {digest.hexdigest()}, not {expected}",
                kind=CONTENT_REFUSED,
                mend="push it again: `dags push`",
                attempts=3,
            )

    try:
        client.get(key, start=start, finish=finish, headers=ASK_FOR_CHECKSUMS)
        os.lseek(descriptor, 0, os.SEEK_SET)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor, digest.hexdigest()
