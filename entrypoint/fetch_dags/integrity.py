"""Whether a body is the object that S3 holds: by its size, its ETag and its checksum ("Checking object integrity").

An ETag is the MD5 of the content unless the object was uploaded in parts or is encrypted with a key of KMS.
"""

from __future__ import annotations

import hashlib
import zlib
from binascii import a2b_base64

from .failures import CONTENT_REFUSED, Changed, Transient

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .connection import Response
    from .listing import Listed

_HEXADECIMAL = frozenset("0123456789abcdef")
_ATTEMPTS = 4
ASK_FOR_CHECKSUMS = {"x-amz-checksum-mode": "ENABLED"}
"""Headers of a request for an object."""


class Verifier:
    """Takes the body of one object piece by piece, then says whether it is whole."""

    __slots__ = ("_crc", "_digest", "_expected", "_key", "_listed", "_size")

    def __init__(self, key: str, response: Response, listed: Listed | None = None) -> None:
        """Raises Changed when the response is about another version of the object than the listing, if there is one."""
        self._key = key
        self._listed = listed
        etag = response.headers.get("etag", "").strip('"')
        known = listed.etag if listed is not None else ""
        if etag and known and etag != known:
            raise Changed(key)
        self._size = 0
        self._crc = _checksum(response, "crc32")
        self._digest, self._expected = _digest_of(etag or known, response)

    def update(self, piece: bytes) -> None:
        """Take the next piece."""
        self._size += len(piece)
        if self._digest is not None:
            self._digest.update(piece)
        if self._crc is not None:
            self._crc = (self._crc[0], zlib.crc32(piece, self._crc[1]))

    def finish(self) -> None:
        """Raise Transient when the body is not the object, Changed when its size is not the listed one."""
        if self._listed is not None and self._size != self._listed.size:
            raise Changed(self._key)
        wrong = self._digest is not None and self._digest.digest() != self._expected
        if wrong or (self._crc is not None and self._crc[0] != self._crc[1].to_bytes(4, "big")):
            raise Transient(
                f"{self._key!r} arrives with other content than its checksum says",
                kind=CONTENT_REFUSED,
                mend="start the task again; if it stays, upload the object again",
                attempts=_ATTEMPTS,
            )


def _digest_of(etag: str, response: Response) -> tuple[hashlib._Hash | None, bytes]:
    sha256 = _checksum(response, "sha256")
    if sha256 is not None:
        return hashlib.sha256(), sha256[0]
    encryption = response.headers.get("x-amz-server-side-encryption", "AES256")
    by_customer = "x-amz-server-side-encryption-customer-algorithm" in response.headers
    if len(etag) != 32 or not _HEXADECIMAL.issuperset(etag) or encryption != "AES256" or by_customer:
        return None, b""
    return hashlib.md5(usedforsecurity=False), bytes.fromhex(etag)


def _checksum(response: Response, name: str) -> tuple[bytes, int] | None:
    """The checksum of the whole object, with a running one of 0; those of objects in parts end in -N."""
    text = response.headers.get(f"x-amz-checksum-{name}", "")
    if not text or "-" in text or response.headers.get("x-amz-checksum-type", "FULL_OBJECT") != "FULL_OBJECT":
        return None
    try:
        return a2b_base64(text), 0
    except ValueError:
        return None
