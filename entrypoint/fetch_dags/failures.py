"""Why no DAGs were fetched: one kind for each thing that someone can mend, with an exit code of its own.

The numbers below 80 follow sysexits.h where it has a word for the thing.
"""

from __future__ import annotations


class Kind:
    """An exit code, and the word that stands for it in a log line for programs."""

    __slots__ = ("code", "reason")

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason


WRONG_SETTING = Kind(64, "wrong-setting")
CONTENT_REFUSED = Kind(65, "content-refused")
NOTHING_FOUND = Kind(66, "nothing-found")
NO_SUCH_BUCKET = Kind(67, "no-such-bucket")
NAME_NOT_RESOLVED = Kind(68, "name-not-resolved")
S3_UNAVAILABLE = Kind(69, "s3-unavailable")
UNEXPECTED = Kind(70, "unexpected")
NO_SUCH_OBJECT = Kind(72, "no-such-object")
NOT_WRITABLE = Kind(73, "not-writable")
DISK_FULL = Kind(74, "disk-full")
DEADLINE = Kind(75, "deadline")
TLS = Kind(76, "tls")
ACCESS_DENIED = Kind(77, "access-denied")
NO_CREDENTIALS = Kind(78, "no-credentials")
TERMINATED = Kind(128 + 15, "terminated")


class Failure(Exception):
    """The fetch has failed for good: what and why in one line, and what someone can do about it."""

    def __init__(self, kind: Kind, message: str, mend: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.mend = mend


class Transient(Exception):
    """A request failed in a way that may pass; `kind` and `mend` are for when it does not.

    `attempts` is how often the request is made in all, `wait` how many seconds the server asked for.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: Kind = S3_UNAVAILABLE,
        mend: str = "start the task again; if it stays, look at the health of S3 and of the network",
        attempts: int = 12,
        wait: float = 0.0,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.mend = mend
        self.attempts = attempts
        self.wait = wait

    def for_good(self, made: int) -> Failure:
        """The same, after that many attempts."""
        tries = f" ({made} attempts)" if made > 1 else ""
        return Failure(self.kind, self.message + tries, self.mend)


class Changed(Exception):
    """An object is no longer the one that was listed: the fetch begins again."""
