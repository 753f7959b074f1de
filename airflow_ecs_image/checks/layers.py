"""Reads every layer of an image from the stream of `docker save` and notes what looks like a credential.

A file that a later layer deletes is still in the image: whoever can pull it can read it.
"""

from __future__ import annotations

import posixpath
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from airflow_ecs_image.checks.credential_patterns import (
    PEM_KEY,
    URL_LOGIN,
    aws_keys,
    holds_private_key,
    holds_url_password,
)
from airflow_ecs_image.engine.saved_layers import hidden_by, read_saved_layers
from airflow_ecs_image.errors import Interrupted

_CHUNK = 8 << 20
# Longer than any pattern: none may be cut in two by the end of a chunk.
_OVERLAP = 512

_PACKAGE_FOLDERS = re.compile(r"/(site-packages|dist-packages)/|/lib/python3\.\d+/test/|/usr/share/doc/")
_SECRET_FILES = re.compile(
    r"/\.env(\.(?!example$|sample$|template$|dist$)[^/]+)?$|/\.aws/credentials$|/\.git-credentials$|/\.ssh/id_[a-z0-9]+$"
)
_CONFIGURATION = re.compile(
    r"/(pip\.conf|pip\.ini|uv\.toml|\.pypirc|\.gitconfig|\.npmrc|pyproject\.toml|poetry\.toml|direct_url\.json)$"
    r"|/(requirements|constraints)[^/]*\.(txt|in)$|/etc/apt/.*\.(list|sources|conf)$|/etc/environment$"
)
_LOGINS = (
    (re.compile(r"/[._]netrc$|/etc/apt/auth\.conf(\.d/[^/]+)?$"), re.compile(rb"\bpassword\s+\S")),
    (re.compile(r"/\.docker/config\.json$"), re.compile(rb'"(?:auth|identitytoken)"\s*:\s*"[^"]')),
    (re.compile(r"/\.npmrc$"), re.compile(rb"_(?:authToken|auth|password)\s*=\s*[^\s$]")),
)


@dataclass(frozen=True)
class LayerContent:
    """What one layer holds: `found` are paths with a kind of credential, `whiteouts` the paths that it hides.

    `readable` is false for a compression that this Python cannot read.
    """

    found: tuple[tuple[str, str], ...] = ()
    whiteouts: tuple[str, ...] = ()
    files: int = 0
    readable: bool = True


@dataclass(frozen=True)
class LayerFinding:
    """`layer` counts from 1, the bottom one; `deleted_in` is the later layer that hides the file, if any."""

    layer: int
    path: str
    kind: str
    deleted_in: int | None = None


@dataclass(frozen=True)
class LayerScan:
    """All layers of one image, the bottom one first."""

    layers: tuple[LayerContent, ...]

    @property
    def files(self) -> int:
        """How many files were read, those that a later layer hides included."""
        return sum(layer.files for layer in self.layers)

    @property
    def unread(self) -> tuple[int, ...]:
        """The layers that could not be read, counted from 1."""
        return tuple(number for number, layer in enumerate(self.layers, 1) if not layer.readable)

    def findings(self) -> tuple[LayerFinding, ...]:
        """Each finding with its place, and the layer that hides it."""
        found = []
        for number, layer in enumerate(self.layers, 1):
            above = list(enumerate(self.layers[number:], number + 1))
            for path, kind in layer.found:
                hidden = next((later for later, content in above if _hides(content.whiteouts, path)), None)
                found.append(LayerFinding(number, path, kind, hidden))
        return tuple(found)


def scan_layers(
    stream: IO[bytes], known: Mapping[str, LayerContent], *, stop: Callable[[], bool] = lambda: False
) -> LayerScan:
    """Scans the tar of `docker save`, which is read to its end.

    Layers whose diff id is in `known` are passed over. Raises tarfile.TarError when the stream is cut short,
    Interrupted soon after `stop` becomes true.
    """
    unreadable = LayerContent(readable=False)
    return LayerScan(read_saved_layers(_Stoppable(stream, stop), known, _scan_layer, unreadable))


def kinds_in_file(path: str, chunks: Iterator[bytes]) -> list[str]:
    """The kinds of credential in one file; `path` is absolute, its content comes in chunks."""
    kinds: list[str] = []
    if _SECRET_FILES.search(path) and not _PACKAGE_FOLDERS.search(path):
        kinds.append("a file that is made to hold credentials")
    in_packages = _PACKAGE_FOLDERS.search(path) is not None
    configuration = _CONFIGURATION.search(path) is not None and (
        not in_packages or path.endswith("/direct_url.json")
    )
    logins = [] if in_packages else [content for place, content in _LOGINS if place.search(path)]
    before = b""
    keys_are_real = not in_packages
    for chunk in chunks:
        content = before + chunk
        kinds += aws_keys(content)
        # TLS libraries carry the keys of their own self-tests; a key that somebody uses is in a text file.
        keys_are_real = keys_are_real and b"\0" not in chunk
        if keys_are_real and holds_private_key(content):
            kinds.append(PEM_KEY)
        if configuration and holds_url_password(content):
            kinds.append(URL_LOGIN)
        if any(login.search(content) for login in logins):
            kinds.append("a password")
        before = content[-_OVERLAP:]
    return list(dict.fromkeys(kinds))


def _scan_layer(layer: tarfile.TarFile) -> LayerContent:
    found: list[tuple[str, str]] = []
    whiteouts: list[str] = []
    files = 0
    for member in layer:
        path = posixpath.normpath("/" + member.name)
        if (hidden := hidden_by(path)) is not None:
            whiteouts.append(hidden)
        elif member.isreg():
            files += 1
            found += ((path, kind) for kind in kinds_in_file(path, _chunks(layer.extractfile(member))))
    return LayerContent(tuple(found), tuple(whiteouts), files)


def _chunks(content: IO[bytes] | None) -> Iterator[bytes]:
    if content is None:
        return
    while chunk := content.read(_CHUNK):
        yield chunk


def _hides(whiteouts: tuple[str, ...], path: str) -> bool:
    return any(path == name or path.startswith(name.rstrip("/") + "/") for name in whiteouts)


class _Stoppable:
    """A stream that ends with Interrupted once it is told to."""

    def __init__(self, content: IO[bytes], stop: Callable[[], bool]) -> None:
        self._content = content
        self._stop = stop

    def read(self, size: int) -> bytes:
        if self._stop():
            raise Interrupted("interrupted")
        return self._content.read(size)
