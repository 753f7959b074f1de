"""Reads every layer of an image from the stream of `docker save` and notes what looks like a credential.

A file that a later layer deletes is still in the image: whoever can pull it can read it.
"""

from __future__ import annotations

import json
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
from airflow_ecs_image.errors import Interrupted

_BUFFER = 1 << 20
_CHUNK = 8 << 20
# Longer than any pattern: none may be cut in two by the end of a chunk.
_OVERLAP = 512
_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"

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
    contents: dict[str, LayerContent] = {}
    manifest: list[dict[str, list[str]]] = []
    source = _Stoppable(stream, stop)
    with tarfile.open(fileobj=source, mode="r|", bufsize=_BUFFER) as archive:  # type: ignore[call-overload]
        for member in archive:
            if member.issym() or member.islnk():
                # The legacy layout stores a layer that occurs twice once, and links to it.
                target = posixpath.normpath(posixpath.join(posixpath.dirname(member.name), member.linkname))
                if target in contents:
                    contents[member.name] = contents[target]
                continue
            diff_id = f"sha256:{posixpath.basename(member.name)}"
            if diff_id in known:
                contents[member.name] = known[diff_id]
                continue
            content = archive.extractfile(member)
            if content is None:
                continue
            if member.name == "manifest.json":
                manifest = json.load(content)
            elif member.name.endswith("layer.tar") or member.name.startswith("blobs/"):
                layer = _scan_layer(content)
                if layer is not None:
                    contents[member.name] = layer
    names = [name for image in manifest for name in image["Layers"]]
    return LayerScan(tuple(contents.get(name, LayerContent(readable=False)) for name in names))


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


def _scan_layer(content: IO[bytes]) -> LayerContent | None:
    """One layer; None when the blob is no layer but a piece of the image's description."""
    head = _Peeked(content)
    if head.first[:1] == b"{":
        return None
    if head.first[:4] == b"\x28\xb5\x2f\xfd":  # zstd: tarfile reads it from Python 3.14 on
        return LayerContent(readable=False)
    found: list[tuple[str, str]] = []
    whiteouts: list[str] = []
    files = 0
    with tarfile.open(fileobj=head, mode="r|*", bufsize=_BUFFER) as layer:  # type: ignore[call-overload]
        for member in layer:
            path = posixpath.normpath("/" + member.name)
            name = posixpath.basename(path)
            if name == _OPAQUE:
                whiteouts.append(posixpath.dirname(path) + "/")
            elif name.startswith(_WHITEOUT):
                whiteouts.append(posixpath.join(posixpath.dirname(path), name[len(_WHITEOUT) :]))
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


class _Peeked:
    """A stream whose first bytes can be looked at before it is read."""

    def __init__(self, content: IO[bytes]) -> None:
        self.first = content.read(1024)
        self._unread = self.first
        self._content = content

    def read(self, size: int) -> bytes:
        if self._unread:
            head, self._unread = self._unread[:size], self._unread[size:]
            return head if len(head) == size else head + self._content.read(size - len(head))
        return self._content.read(size)
