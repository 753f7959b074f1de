"""AWS Signature Version 4 for GET requests to S3 ("Authenticating Requests: Using the Authorization Header").

tests/fetch/test_signature.py compares it with botocore's, which takes a quarter of a second to import.
"""

from __future__ import annotations

import hashlib
import hmac
import time

from .quoting import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from .credentials import Credentials

NO_BODY = hashlib.sha256(b"").hexdigest()


class Signer:
    """Signs requests with one set of credentials; the key of a day and region is derived once."""

    __slots__ = ("_credentials", "_key", "_scope")

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._scope = ""
        self._key = b""

    def headers(
        self, host: str, path: str, query: Mapping[str, str], region: str, extra: Mapping[str, str]
    ) -> dict[str, str]:
        """The headers of a GET, `extra` (names in lower case) among them; `path` is quoted already."""
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        headers = {"host": host, "x-amz-content-sha256": NO_BODY, "x-amz-date": now, **extra}
        if self._credentials.token:
            headers["x-amz-security-token"] = self._credentials.token
        names = sorted(headers)
        signed = ";".join(names)
        canonical = "\n".join(
            [
                "GET",
                path,
                query_string(query),
                *(f"{name}:{headers[name]}" for name in names),
                "",
                signed,
                NO_BODY,
            ]
        )
        scope = f"{now[:8]}/{region}/s3/aws4_request"
        if scope != self._scope:
            self._key = _signing_key(self._credentials.secret_key, scope)
            self._scope = scope
        to_sign = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.digest(self._key, to_sign.encode(), "sha256").hex()
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self._credentials.access_key}/{scope}, "
            f"SignedHeaders={signed}, Signature={signature}"
        )
        return headers


def query_string(query: Mapping[str, str]) -> str:
    """In canonical order and quoting, as it is sent as well."""
    return "&".join(f"{quoted(name)}={quoted(query[name])}" for name in sorted(query))


def _signing_key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
