"""Runs the fetch beside a thread that watches the clock and SIGTERM, and ends the process with the exit code."""

from __future__ import annotations

import os
import select
import signal
import threading
import time

from .deadline import Deadline
from .failures import TERMINATED, UNEXPECTED, Failure
from .log import Log
from .settings import PREFIX, Settings, Source, folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn

    from .credentials import Credentials
    from .prefix import Fetched
    from .staging import Staging
    from .transport import Transport

_TERMINATED = Failure(
    TERMINATED, "the container was stopped while the DAGs were fetched", "start the task again"
)


def main(arguments: list[str]) -> NoReturn:
    """Fetch what the first argument names into the folder that the second one names; the exit code says how it went."""
    started = time.monotonic()
    uri, target = (*arguments, "", "")[:2]
    log = Log(os.environ)
    os.umask(0o002)
    try:
        log.check()
        fetch = Fetch(Source(uri), folder(target), Settings(os.environ), os.environ, log)
        fetched = fetch.supervised()
    except Failure as failure:
        log.failed(uri, failure)
        _end(failure.kind.code)
    except Exception as error:
        log.failed(uri, unexpected(error))
        _end(UNEXPECTED.code)
    log.fetched(uri, fetched, round((time.monotonic() - started) * 1000))
    _end(0)


def unexpected(error: BaseException) -> Failure:
    """The failure for what nobody thought of."""
    return Failure(UNEXPECTED, f"{type(error).__name__}: {error}", "report it with this line, please")


class Fetch:
    """One fetch in a thread of its own, so that neither a server nor a resolver can hold up the end of the process."""

    def __init__(
        self, source: Source, target: str, settings: Settings, environment: Mapping[str, str], log: Log
    ) -> None:
        self._source = source
        self._target = target
        self._settings = settings
        self._environment = environment
        self._log = log
        self._deadline = Deadline(settings.seconds)
        self._staging: Staging | None = None
        self._changing = threading.Lock()
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        self._terminated = False
        self._cancelled = False
        self._fetched: Fetched | None = None
        self._failure: Failure | None = None

    def supervised(self) -> Fetched:
        """What was fetched, once it is in place. Failure, with the target as it was, when it fails, when the deadline is
        over and when SIGTERM arrives.
        """
        signal.set_wakeup_fd(self._wake)
        signal.signal(signal.SIGTERM, self._terminate)
        signal.signal(signal.SIGINT, self._terminate)
        threading.Thread(target=self._run, daemon=True).start()
        in_time = self._sleep(max(self._deadline.ends - time.monotonic(), 0))
        if self._terminated or not in_time:
            # To make the staging folder, and to swap, takes milliseconds: it is waited for, and never cut in two.
            with self._changing:
                self._cancelled = True
        if self._fetched is None or self._terminated:
            if self._staging is not None:
                self._staging.abandon()
            raise _TERMINATED if self._terminated else (self._failure or self._deadline.over())
        return self._fetched

    def _sleep(self, seconds: float) -> bool:
        """Until the fetch has ended or a signal came, which are bytes in a pipe: a lock would sleep through a signal that
        another thread was given, or that came just before. Whether either was in time.
        """
        ended = select.poll()
        ended.register(self._woken, select.POLLIN)
        return bool(ended.poll(seconds * 1000))

    def _terminate(self, *_: object) -> None:
        self._terminated = True

    def _run(self) -> None:
        try:
            fetched = self._fetch()
            with self._changing:
                if self._cancelled:
                    return
                assert self._staging is not None
                from .swap import put_in_place

                put_in_place(self._staging)
                self._fetched = fetched
        except Failure as failure:
            self._failure = failure
        except BaseException as error:
            self._failure = unexpected(error)
        os.write(self._wake, b"\0")

    def _fetch(self) -> Fetched:
        from .s3 import Bucket
        from .staging import Staging
        from .swap import recover
        from .transport import Transport

        transport = Transport(self._environment, self._deadline)
        bucket = Bucket(
            self._source.bucket,
            environment=self._environment,
            transport=transport,
            deadline=self._deadline,
            credentials=lambda: self._credentials(transport),
            addressing=self._settings.addressing,
        )
        if self._source.kind == PREFIX:
            from .prefix import fetch_prefix as fetch
        else:
            from .archive import fetch_archive as fetch
        recover(self._target)
        with self._changing:
            if self._cancelled:
                raise _TERMINATED
            self._staging = Staging(self._target)
        return fetch(self._source, bucket, self._staging, self._settings)

    def _credentials(self, transport: Transport) -> Credentials:
        from .credentials import find_credentials

        found = find_credentials(self._environment, transport, self._deadline)
        self._log.hide((found.access_key, found.secret_key, found.token))
        return found


def _end(code: int) -> NoReturn:
    """Without the interpreter's own end, which waits for threads and frees what the system frees anyway."""
    os._exit(code)
