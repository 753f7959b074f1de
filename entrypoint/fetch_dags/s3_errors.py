"""What S3 says when it does not give an object ("Error responses", S3 API reference), and what to do about it."""

from __future__ import annotations

from .failures import (
    ACCESS_DENIED,
    NO_SUCH_BUCKET,
    NO_SUCH_OBJECT,
    S3_UNAVAILABLE,
    Failure,
    Transient,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn

_TRANSIENT_STATUSES = (429, 500, 502, 503, 504)
_TRANSIENT_CODES = (
    "RequestTimeout",
    "SlowDown",
    "InternalError",
    "ServiceUnavailable",
    "Throttling",
    "ThrottlingException",
)
_LONGEST_WAIT = 20.0
_LONGEST_MESSAGE = 200

_ACCESS_MENDS = {
    "AccessDenied": "allow the task role {action} (and kms:Decrypt where the bucket is encrypted with a key)",
    "ExpiredToken": "start the task again: its credentials have run out",
    "InvalidAccessKeyId": "use the task role, or keys that exist",
    "InvalidObjectState": "restore the object from the archive storage class",
    "InvalidToken": "set AWS_SESSION_TOKEN together with its keys, or use the task role",
    "RequestTimeTooSkewed": "set the clock of the machine",
    "SignatureDoesNotMatch": "check AWS_SECRET_ACCESS_KEY, or use the task role",
}


class ErrorAnswer:
    """Status, S3's code and message, the bucket's region where S3 names it (else empty), and the seconds to wait."""

    __slots__ = ("code", "message", "region", "status", "wait")

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        text = body[: 64 << 10].decode(errors="replace")
        self.status = status
        self.code = _element(text, "Code")
        self.message = _element(text, "Message")[:_LONGEST_MESSAGE]
        named = headers.get("x-amz-bucket-region") or _element(text, "Region")
        self.region = named if status in (301, 307, 400) and _is_region(named) else ""
        wait = headers.get("retry-after", "")
        self.wait = min(float(wait), _LONGEST_WAIT) if wait.isascii() and wait.isdigit() else 0.0


def raise_for(answer: ErrorAnswer, bucket: str, key: str) -> NoReturn:
    """Raise the fault or the failure that an answer means, for a key or, where it is empty, for the bucket."""
    place = f"s3://{bucket}/{key}" if key else f"s3://{bucket}"
    said = " ".join(f"{answer.code or answer.status} {answer.message}".split())
    if answer.status in _TRANSIENT_STATUSES or answer.code in _TRANSIENT_CODES:
        raise Transient(f"{place}: S3 answers {answer.status} {answer.code}".rstrip(), wait=answer.wait)
    if answer.code == "NoSuchBucket":
        raise Failure(
            NO_SUCH_BUCKET, f"the bucket {bucket!r} does not exist", "correct S3_URI, or make the bucket"
        )
    if answer.status == 404 and key:
        raise Failure(NO_SUCH_OBJECT, f"there is no object {place}", "correct S3_URI, or upload it")
    if answer.status == 404:
        raise Failure(NO_SUCH_BUCKET, f"{place}: {said}", "correct S3_URI and the endpoint")
    if answer.status in (401, 403) or answer.code in _ACCESS_MENDS:
        mend = _ACCESS_MENDS.get(answer.code, _ACCESS_MENDS["AccessDenied"])
        action = f"s3:GetObject on {place}" if key else f"s3:ListBucket on {place}"
        raise Failure(ACCESS_DENIED, f"{place}: {said}", mend.format(action=action))
    raise Failure(
        S3_UNAVAILABLE, f"{place}: S3 answers {answer.status} {said}", "check the region and the endpoint"
    )


def _element(text: str, name: str) -> str:
    """The text of the first element of that name; the answers are small and flat."""
    value = text.partition(f"<{name}>")[2].partition(f"</{name}>")[0]
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        value = value.replace(entity, character)
    return value


def _is_region(name: str) -> bool:
    return name.replace("-", "").isalnum() and name.isascii() and "-" in name
