"""Keeping secrets out of step names, logs and errors: BuildKit writes build arguments into both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import quote, unquote

MASK = "***"

_SHORTEST_SECRET = 4
_LARGEST_SECRET_FILE = 65536
_URL_CREDENTIALS = re.compile(r"(?P<scheme>\b[a-zA-Z][\w+.-]*://)[^\s/@'\"]+@")
_NAMED_SECRET = re.compile(
    r"(?:password|passwd|token|secret|api[_-]?key|auth)\w*\s*[=:]\s*['\"]?([^\s'\"]+)", re.IGNORECASE
)
_NETRC_PASSWORD = re.compile(r"\blogin\s+\S+\s+password\s+(\S+)")
_PASSWORD_IN_URL = re.compile(r"\b[a-zA-Z][\w+.-]*://(?:[^\s/@:'\"]*:)?([^\s/@'\"]+)@")


def redactor(values: Iterable[str] = (), contents: Iterable[str] = ()) -> Callable[[str], str]:
    """A function that masks secrets in a text.

    `values` are secrets as a whole. `contents` are texts that hold some, such as a pip.conf: passwords in
    URLs, whatever a password, token, secret or key is set to, and the text itself when it is a single word.
    Credentials in a URL are masked in any case. Values under four characters are left alone: masking them
    would eat the text and hide nothing.
    """
    secrets: set[str] = set()
    for value in values:
        secrets.update(_spellings(value))
    for content in contents:
        for value in secrets_in(content):
            secrets.update(_spellings(value))
    known = [secret for secret in secrets if len(secret) >= _SHORTEST_SECRET]
    # Longest first, so that a secret which contains another is masked whole.
    pattern = re.compile("|".join(re.escape(secret) for secret in sorted(known, key=len, reverse=True)))

    def redact(text: str) -> str:
        if known:
            text = pattern.sub(MASK, text)
        if "://" in text:
            text = _URL_CREDENTIALS.sub(rf"\g<scheme>{MASK}@", text)
        return text

    return redact


def secrets_in(content: str) -> set[str]:
    """The secrets in a text such as a pip.conf, a netrc, a token file or an index URL."""
    if len(content) > _LARGEST_SECRET_FILE or "-----BEGIN CERTIFICATE" in content:
        return set()
    patterns = (_PASSWORD_IN_URL, _NAMED_SECRET, _NETRC_PASSWORD)
    found = {secret for pattern in patterns for secret in pattern.findall(content)}
    words = content.split()
    if len(words) == 1 and "://" not in content:
        found.add(words[0])
    return found


def _spellings(value: str) -> set[str]:
    """The value as it is, as a URL would hold it, and line by line as a log would."""
    spellings = {value.strip(), quote(value.strip(), safe=""), unquote(value.strip())}
    spellings.update(line.strip() for line in value.splitlines())
    return spellings
