"""The bucket: the only file that talks to S3."""

from __future__ import annotations

import base64
import hashlib
import io
import os
from collections.abc import Callable, Mapping
from typing import Any

from airflow_ecs_image.aws.failures import code_of, status_of
from airflow_ecs_image.dags.archive import Archive
from airflow_ecs_image.dags.location import Location
from airflow_ecs_image.dags.pointer import POINTER_NAME, Pointer, earlier_text, pointer_body, read_pointer
from airflow_ecs_image.dags.s3_failures import in_our_words
from airflow_ecs_image.dags.versions import Version, sha256_of
from airflow_ecs_image.errors import PointerMoved, S3Unavailable

_CONNECT_SECONDS, _READ_SECONDS = 10, 60
_EARLIER = "earlier"
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
# What servers answer to a condition that they do not know.
_NO_CONDITIONS = (501, 405)
# S3 user guide, "Conditional writes": 412 where it does not hold, 409 where another write is under way.
_LOST = (412, 409)


class Store:
    """The versions below one location. Every method raises what `in_our_words` makes of S3's answers."""

    def __init__(self, place: Location, client: Any) -> None:
        self.place = place
        self._client = client

    def versions(self) -> list[Version]:
        """All versions, in no order."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.place.bucket, Prefix=self.place.key("dags-"), Delimiter="/"
        )
        with in_our_words(self.place, "s3:ListBucket"):
            objects = [
                (entry, entry["Key"].rpartition("/")[2])
                for page in pages
                for entry in page.get("Contents", ())
            ]
        return [
            Version(name, int(entry["Size"]), entry["LastModified"])
            for entry, name in objects
            if sha256_of(name)
        ]

    def pointer(self) -> Pointer | None:
        """The pointer, or None where there is none yet."""
        from botocore.exceptions import ClientError

        with in_our_words(self.place, "s3:GetObject"):
            try:
                answer = self._client.get_object(Bucket=self.place.bucket, Key=self.place.key(POINTER_NAME))
                body = answer["Body"].read(4096)
            except ClientError as error:
                if code_of(error) == "NoSuchKey":
                    return None
                raise
        # Servers differ in the case of these names.
        metadata = {name.lower(): value for name, value in answer.get("Metadata", {}).items()}
        return read_pointer(body, metadata.get(_EARLIER), answer["ETag"])

    def holds(self, archive: Archive) -> bool:
        """Whether the archive is there, as far as S3 can tell with every byte of it."""
        from botocore.exceptions import ClientError

        with in_our_words(self.place, "s3:GetObject"):
            try:
                answer = self._client.head_object(
                    Bucket=self.place.bucket, Key=self.place.key(archive.name), ChecksumMode="ENABLED"
                )
            except ClientError as error:
                if status_of(error) == 404:
                    return False
                raise
        return _is_whole(answer, archive)

    def upload(self, archive: Archive, progress: Callable[[int], None] = lambda _: None) -> None:
        """Upload an archive and ask S3 what it holds; `progress` gets the bytes sent so far."""
        self._put(
            archive.name,
            _Watched(archive.content, progress),
            ContentType="application/gzip",
            ChecksumSHA256=_checksum(archive),
        )
        if not self.holds(archive):
            raise S3Unavailable(
                f"{self.place.uri(archive.name)}: what S3 holds is not what was sent", mend="run it again"
            )

    def move_pointer(
        self, sha256: str, name: str, earlier: tuple[str, ...] | None, seen: Pointer | None
    ) -> None:
        """Let the pointer name an archive, unless it is no longer as it was `seen`. Raises PointerMoved.

        S3 itself refuses to write over a pointer that somebody else moved. Not every server does (rclone ignores
        the condition without a word), so that it is read before and after as well.
        """
        body = pointer_body(sha256, name)
        if _tag(self.pointer()) != _tag(seen):
            raise self._moved()
        condition = {"IfNoneMatch": "*"} if seen is None else {"IfMatch": seen.tag}
        metadata = {} if earlier is None else {_EARLIER: earlier_text(earlier)}
        settings: dict[str, Any] = {"ContentType": "text/plain", "Metadata": metadata}
        status = self._put(
            POINTER_NAME, body, tolerated=(*_LOST, *_NO_CONDITIONS, 404), **settings, **condition
        )
        if status in _NO_CONDITIONS:
            self._put(POINTER_NAME, body, **settings)
        # A write whose answer got lost is tried again, and then fails on itself: what counts is what is there.
        written = self.pointer()
        if written is None or (written.sha256, written.name) != (sha256, name):
            raise self._moved()

    def delete(self, name: str) -> None:
        """Delete one archive; nothing happens when it is gone."""
        with in_our_words(self.place, "s3:DeleteObject"):
            self._client.delete_object(Bucket=self.place.bucket, Key=self.place.key(name))

    def _put(
        self, name: str, body: bytes | _Watched, *, tolerated: tuple[int, ...] = (), **settings: Any
    ) -> int | None:
        """Write an object; returns a status of `tolerated` that S3 refused it with, or None."""
        from botocore.exceptions import ClientError

        with in_our_words(self.place, "s3:PutObject"):
            try:
                self._client.put_object(
                    Bucket=self.place.bucket, Key=self.place.key(name), Body=body, **settings
                )
            except ClientError as error:
                if status_of(error) in tolerated and code_of(error) != "NoSuchBucket":
                    return status_of(error)
                raise
        return None

    def _moved(self) -> PointerMoved:
        return PointerMoved(
            f"{self.place.uri(POINTER_NAME)} was moved by somebody else meanwhile; it stays as they left it",
            mend=f"`dags list {self.place.uri()}` shows what counts now; run it again to take your turn",
        )


def open_store(place: Location, environment: Mapping[str, str] = os.environ) -> Store:
    """The store of a location, with the credentials and the region that boto3 finds."""
    import boto3
    from botocore.config import Config

    # Checksums are sent where we name one: servers that are not AWS may not know the ones that boto3 adds.
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path"} if any(environment.get(name) for name in _ENDPOINTS) else None,
    )
    with in_our_words(place, "s3:ListBucket"):
        client = boto3.session.Session().client("s3", config=config)
    client.meta.events.register("before-sign.s3.PutObject", _at_once)
    return Store(place, client)


def _at_once(request: Any, **_: Any) -> None:
    """Send the content without asking first: servers that do not answer `Expect` cost a second, and a refusal that
    comes before the content leaves the connection in a state on which not all agree."""
    del request.headers["Expect"]


class _Watched(io.BytesIO):
    """Content that says how far it has been read."""

    def __init__(self, content: bytes, progress: Callable[[int], None]) -> None:
        super().__init__(content)
        self._progress = progress

    def read(self, size: int | None = -1, /) -> bytes:
        """Read on."""
        part = super().read(size)
        self._progress(self.tell())
        return part


def _is_whole(answer: Mapping[str, Any], archive: Archive) -> bool:
    """Size, and the best hash that S3 keeps; with a KMS key its ETag is none of the content."""
    if int(answer["ContentLength"]) != len(archive.content):
        return False
    if checksum := answer.get("ChecksumSHA256"):
        return bool(checksum == _checksum(archive))
    tag = str(answer.get("ETag", "")).strip('"')
    is_hash = len(tag) == 32 and "kms" not in str(answer.get("ServerSideEncryption", "")).lower()
    return not is_hash or tag == hashlib.md5(archive.content, usedforsecurity=False).hexdigest()


def _checksum(archive: Archive) -> str:
    return base64.b64encode(bytes.fromhex(archive.sha256)).decode()


def _tag(pointer: Pointer | None) -> str | None:
    return pointer.tag if pointer else None
