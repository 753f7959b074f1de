"""What the fetch says: one line at its end, for people or, with ENTRYPOINT_LOG_FORMAT=json, for programs."""

from __future__ import annotations

import os

from .failures import WRONG_SETTING, Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .prefix import Fetched

_SECRETS = (
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ACCESS_KEY_ID",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
)
_SHOWN_OF_VERSION = 12
_SHORTEST_SECRET = 4
"""Characters; without a limit a key `a` of a test would take every a out of the line."""


class Log:
    """Writes the line. Secrets of the environment, and those that it was told, never reach it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._secrets: set[str] = set()
        self.hide(environment.get(name, "") for name in _SECRETS)
        wanted = environment.get("ENTRYPOINT_LOG_FORMAT", "").strip().lower() or "text"
        self._json = wanted == "json"
        self._wrong = None if wanted in ("text", "json") else wanted

    def check(self) -> None:
        """Failure for a format that does not exist."""
        if self._wrong is not None:
            raise Failure(
                WRONG_SETTING,
                f"ENTRYPOINT_LOG_FORMAT is {self._wrong!r}, but it must be text or json",
                "correct it in the task definition, or leave it out for text",
            )

    def hide(self, secrets: Iterable[str]) -> None:
        """Keep these out of every line."""
        self._secrets.update(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)

    def fetched(self, uri: str, fetched: Fetched, milliseconds: int) -> None:
        """Say what was fetched, on standard output."""
        if self._json:
            self._document(
                1,
                event="dags-fetched",
                source=uri,
                files=fetched.files,
                bytes=fetched.bytes,
                milliseconds=milliseconds,
                version=fetched.version,
            )
            return
        files = "1 file" if fetched.files == 1 else f"{fetched.files} files"
        version = fetched.version[:_SHOWN_OF_VERSION]
        self._line(
            1, f"{files} from {uri} in {milliseconds} ms ({readable(fetched.bytes)}, version {version})"
        )

    def failed(self, uri: str, failure: Failure) -> None:
        """Say why nothing was fetched, on standard error."""
        if self._json:
            self._document(
                2,
                event="dags-not-fetched",
                source=uri,
                exit_code=failure.kind.code,
                reason=failure.kind.reason,
                message=failure.message,
                mend=failure.mend,
            )
        else:
            self._line(2, f"{failure.message}; {failure.mend}")

    def _line(self, stream: int, text: str) -> None:
        _write(stream, f"fetch-dags: {self._redacted(text)}\n")

    def _document(self, stream: int, **fields: object) -> None:
        import json

        shown = {
            name: self._redacted(value) if isinstance(value, str) else value for name, value in fields.items()
        }
        _write(stream, json.dumps(shown) + "\n")

    def _redacted(self, text: str) -> str:
        """One printable line without secrets and without the password of a URL."""
        line = " ".join(text.split())
        if not line.isprintable():
            # What a server or a key says must not steer a terminal.
            line = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        words = []
        for word in line.split(" "):
            scheme, separator, rest = word.partition("://")
            authority, slash, path = rest.partition("/")
            login, at, host = authority.rpartition("@")
            words.append(f"{scheme}://***@{host}{slash}{path}" if separator and at and login else word)
        return " ".join(words)


def readable(size: int) -> str:
    """Bytes in the unit that suits them."""
    if size < 1000:
        return f"{size} B"
    for unit, factor in (("kB", 1000), ("MB", 1_000_000)):
        if size < factor * 1000:
            return f"{size / factor:.1f} {unit}"
    return f"{size / 1_000_000_000:.1f} GB"


def _write(stream: int, text: str) -> None:
    try:
        os.write(stream, text.encode(errors="backslashreplace"))
    except OSError:
        # Nobody reads it; the exit code says the rest.
        pass
