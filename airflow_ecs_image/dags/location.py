"""Where the versions are: a bucket and a prefix."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec.refusal import Refused
from airflow_ecs_image.spec.rules.s3 import is_archive, s3_uri
from airflow_ecs_image.spec.wording import clause


@dataclass(frozen=True)
class Location:
    """A prefix of a bucket; `prefix` has no slash at either end and may be empty."""

    bucket: str
    prefix: str

    def key(self, name: str) -> str:
        """The key of the object of that name."""
        return f"{self.prefix}/{name}" if self.prefix else name

    def uri(self, name: str = "") -> str:
        """The same as people write it: the prefix itself, or the object of that name."""
        key = self.key(name) if name else self.prefix
        return f"s3://{self.bucket}/{key}" if key else f"s3://{self.bucket}"


def location(text: str) -> Location:
    """The location that a user wrote. Raises SpecError."""
    try:
        value = s3_uri(text)
        _refuse_object(value)
    except Refused as refused:
        raise SpecError(f"LOCATION: '{text}' — {clause(refused.why, refused.allowed)}") from None
    bucket, _, prefix = value.removeprefix("s3://").partition("/")
    return Location(bucket, prefix.rstrip("/"))


def _refuse_object(uri: str) -> None:
    if is_archive(uri):
        raise Refused(
            "it names an object; the versions are below a prefix", "s3://bucket or s3://bucket/prefix"
        )
