"""ListObjectsV2: the objects below a prefix, page by page."""

from __future__ import annotations

import pyexpat

from .failures import Transient
from .quoting import unquoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .s3 import Client

_FIELDS = ("Key", "Size", "ETag")


class Listed:
    """One object: its key, its size in bytes, and its ETag without quotes (empty where the server has none)."""

    __slots__ = ("etag", "key", "size")

    def __init__(self, key: str, size: int, etag: str) -> None:
        self.key = key
        self.size = size
        self.etag = etag


def list_objects(client: Client, prefix: str) -> Iterator[tuple[list[Listed], bool]]:
    """The pages of the listing, up to a thousand objects each, and whether it is the last."""
    token = ""
    while True:
        body = bytearray()
        page: _Page | None = None

        def start(_: object, received: bytearray = body) -> object:
            received.clear()
            return received.extend

        def finish(received: bytearray = body) -> None:
            nonlocal page
            page = _Page(bytes(received))

        query = {"list-type": "2", "encoding-type": "url", "prefix": prefix}
        if token:
            query["continuation-token"] = token
        client.get("", start=start, finish=finish, query=query)  # type: ignore[arg-type]
        assert page is not None
        token = page.next_token
        yield page.objects(), not token
        if not token:
            return


class _Page:
    """One answer, parsed. A damaged one is a transient fault: the connection may have broken within it."""

    def __init__(self, body: bytes) -> None:
        self._found: list[dict[str, str]] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._top: dict[str, str] = {}
        parser = pyexpat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        try:
            parser.Parse(body, True)  # noqa: FBT003 - it takes no names
        except (pyexpat.ExpatError, UnicodeDecodeError):
            raise Transient("S3 sends a listing that is damaged", attempts=4) from None
        if self._top.get("IsTruncated") == "true" and not self._top.get("NextContinuationToken"):
            raise Transient("S3 sends a listing that is cut short", attempts=4)
        self.next_token = self._top.get("NextContinuationToken", "")
        if self._top.get("IsTruncated") != "true":
            self.next_token = ""

    def objects(self) -> list[Listed]:
        """The objects; keys are decoded where the server has encoded them."""
        decoded = unquoted if self._top.get("EncodingType") == "url" else str
        try:
            return [
                Listed(decoded(each["Key"]), int(each["Size"]), each.get("ETag", "").strip('"'))
                for each in self._found
            ]
        except (KeyError, ValueError):
            raise Transient("S3 sends a listing that is damaged", attempts=4) from None

    def _begin(self, name: str, _: object) -> None:
        self._path.append(name)
        self._text.clear()
        if name == "Contents" and len(self._path) == 2:
            self._found.append({})

    def _end(self, name: str) -> None:
        self._path.pop()
        if len(self._path) == 2 and self._path[1] == "Contents" and name in _FIELDS:
            self._found[-1][name] = "".join(self._text)
        elif len(self._path) == 1:
            self._top[name] = "".join(self._text)
        self._text.clear()
