"""Every object below a prefix, as a file: one round trip for the listing, one for the bodies."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import deque

from .failures import NOTHING_FOUND, S3_UNAVAILABLE, Changed, Failure
from .integrity import ASK_FOR_CHECKSUMS, Verifier
from .listing import list_objects
from .s3 import Client
from .tree import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .connection import Response
    from .listing import Listed
    from .s3 import Bucket
    from .settings import Settings, Source
    from .staging import Staging

_ROUNDS = 4
"""How often an upload in the middle of the fetch is answered by beginning again."""


class Fetched:
    """What was fetched: files, their bytes, and the version, a hash in hexadecimal."""

    __slots__ = ("bytes", "files", "version")

    def __init__(self, files: int, size: int, version: str) -> None:
        self.files = files
        self.bytes = size
        self.version = version


def fetch_prefix(source: Source, bucket: Bucket, staging: Staging, settings: Settings) -> Fetched:
    """Download what is below the prefix; when an object changes meanwhile, begin again with a new listing.

    The version is a hash of paths and ETags: two containers with one version have the same DAGs.
    """
    prefix = source.key if not source.key or source.key.endswith("/") else f"{source.key}/"
    for _ in range(_ROUNDS):
        try:
            return _Download(prefix, source, bucket, staging, settings).run()
        except Changed as changed:
            key = str(changed)
            staging.clear()
    raise Failure(
        S3_UNAVAILABLE,
        f"{key!r} changed while it was fetched, {_ROUNDS} times in a row",
        "start the task again when the upload is over, or upload archives: `dags push`",
    )


class _Download:
    """One listing and what it lists. The thread of the fetch lists and waits; others download."""

    def __init__(
        self, prefix: str, source: Source, bucket: Bucket, staging: Staging, settings: Settings
    ) -> None:
        self._prefix = prefix
        self._source = source
        self._bucket = bucket
        self._staging = staging
        self._settings = settings
        self._wanted = wanted(settings.include, settings.exclude)
        self._waiting: deque[Listed] = deque()
        self._changed = threading.Condition()
        self._listed_all = False
        self._error: BaseException | None = None
        self._threads: list[threading.Thread] = []
        self._busy = 0

    def run(self) -> Fetched:
        tree = Tree(self._settings, "key")
        version = hashlib.sha256()
        client = Client(self._bucket)
        try:
            for page, is_last in list_objects(client, self._prefix):
                kept = list(self._kept(page, tree))
                for listed in kept:
                    version.update(
                        f"{listed.key[len(self._prefix) :]}\0{listed.etag}\0{listed.size}\n".encode()
                    )
                self._download_beside(kept, client if is_last else None)
            self._wait()
        except Changed:
            for thread in self._threads:
                thread.join()
            raise
        if not len(tree) and not self._settings.allow_empty:
            raise Failure(
                NOTHING_FOUND,
                f"{self._source.uri} holds no file",
                "check the prefix and the upload; DAG_FETCH_ALLOW_EMPTY=true takes an empty one",
            )
        return Fetched(len(tree), tree.bytes, version.hexdigest())

    def _kept(self, page: list[Listed], tree: Tree) -> list[Listed]:
        kept = []
        for listed in page:
            path = listed.key[len(self._prefix) :]
            # A marker that the S3 console and other tools make for a folder.
            if not path or (path.endswith("/") and listed.size == 0):
                continue
            if path.endswith("/"):
                raise tree.refused(path, "has content, but a name that only a folder can have")
            if self._wanted(path):
                tree.add(path, listed.size)
                kept.append(listed)
        return kept

    def _download_beside(self, page: list[Listed], client: Client | None) -> None:
        """Begin to download a page. With the last one comes the listing's own client, whose connection is open."""
        with self._changed:
            self._waiting.extend(page)
            self._listed_all = client is not None
            missing = min(self._settings.connections, len(self._waiting)) - len(self._threads)
            self._busy += max(missing, 0)
            self._changed.notify_all()
        for _ in range(missing):
            thread = threading.Thread(target=self._work, args=(client or Client(self._bucket),), daemon=True)
            thread.start()
            client = None
            self._threads.append(thread)

    def _wait(self) -> None:
        """Until all is downloaded; an error of any thread is raised at once, while others may still be busy."""
        with self._changed:
            while self._busy and self._error is None:
                self._changed.wait()
        if self._error is not None:
            raise self._error

    def _work(self, client: Client) -> None:
        error: BaseException | None = None
        try:
            while (listed := self._next()) is not None:
                self._download(client, listed)
        except BaseException as raised:
            error = raised
        client.close()
        with self._changed:
            self._busy -= 1
            if error is not None:
                self._error = self._error or error
                self._waiting.clear()
                self._listed_all = True
            self._changed.notify_all()

    def _next(self) -> Listed | None:
        with self._changed:
            while not self._waiting and not self._listed_all:
                self._changed.wait()
            return self._waiting.popleft() if self._waiting else None

    def _download(self, client: Client, listed: Listed) -> None:
        descriptor = self._staging.open(listed.key[len(self._prefix) :])
        verifier: Verifier | None = None
        begun = False

        def start(response: Response) -> Callable[[bytes], None]:
            nonlocal verifier, begun
            if begun:
                os.ftruncate(descriptor, 0)
                os.lseek(descriptor, 0, os.SEEK_SET)
            begun = True
            checked = verifier = Verifier(listed.key, response, listed)

            def take(piece: bytes) -> None:
                checked.update(piece)
                self._staging.write(descriptor, piece)

            return take

        def finish() -> None:
            assert verifier is not None
            verifier.finish()

        try:
            client.get(listed.key, start=start, finish=finish, headers=ASK_FOR_CHECKSUMS)
        except Failure as failure:
            # Gone since it was listed, unless there is nobody to tell.
            if failure.kind.reason == "no-such-object":
                raise Changed(listed.key) from None
            raise
        finally:
            os.close(descriptor)


def wanted(include: tuple[str, ...], exclude: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a path is fetched: it matches one of `include`, if there are any, and none of `exclude`.

    .airflowignore is always fetched: without it Airflow would take other files for DAGs.
    """
    if not include and not exclude:
        return lambda _: True
    from fnmatch import fnmatchcase

    def matches(path: str) -> bool:
        if path.rpartition("/")[2] == ".airflowignore":
            return True
        if include and not any(fnmatchcase(path, glob) for glob in include):
            return False
        return not any(fnmatchcase(path, glob) for glob in exclude)

    return matches
