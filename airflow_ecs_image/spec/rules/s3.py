"""S3 locations. The rules for bucket names are those of the S3 user guide, "General purpose bucket naming rules"."""

from __future__ import annotations

import ipaddress
import re
from typing import Literal

from airflow_ecs_image.spec.refusal import Refused

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]*[a-z0-9]")
_LONGEST_KEY = 1024
_ALLOWED = "s3://bucket or s3://bucket/prefix"
DagSource = Literal["local", "s3", "archive", "none"]
ARCHIVE_ENDINGS = (".tar.gz", ".tgz", ".tar", ".sha256")


def s3_uri(value: str) -> str:
    """Refuse what is not `s3://bucket[/prefix]`; nothing is asked of AWS."""
    if not value.startswith("s3://"):
        raise Refused("it does not start with s3://", _ALLOWED)
    if any(character.isspace() for character in value):
        raise Refused("it holds a space", _ALLOWED)
    bucket, _, prefix = value.removeprefix("s3://").partition("/")
    _bucket(bucket)
    if len(prefix.encode()) > _LONGEST_KEY:
        raise Refused(f"the prefix is longer than {_LONGEST_KEY} bytes", _ALLOWED)
    if prefix.startswith("/") or "//" in prefix:
        raise Refused("the prefix holds an empty part (//)", _ALLOWED)
    return value


def is_archive(uri: str) -> bool:
    """True when the location names one packed object, or the pointer to one (.sha256), instead of a prefix."""
    return uri.endswith(ARCHIVE_ENDINGS)


def dag_source(value: DagSource, uri: str | None) -> DagSource:
    """Refuse a DAG source that contradicts `s3_uri`."""
    if value in ("s3", "archive") and uri is None:
        raise Refused("it fetches the DAGs from s3_uri, which is not set", "local or none, or set s3_uri")
    if value in ("local", "none") and uri is not None:
        raise Refused("s3_uri is set, and would never be read", "s3 or archive, or leave s3_uri out")
    if value == "archive" and uri is not None and not is_archive(uri):
        raise Refused(
            "s3_uri does not name an archive",
            f"s3, or an s3_uri that ends in {', '.join(ARCHIVE_ENDINGS[:-1])} or {ARCHIVE_ENDINGS[-1]}",
        )
    return value


def default_dag_source(uri: str | None) -> DagSource:
    """The DAG source of a spec that names none."""
    if uri is None:
        return "local"
    return "archive" if is_archive(uri) else "s3"


def _bucket(name: str) -> None:
    if not name:
        raise Refused("the bucket is missing", _ALLOWED)
    if not 3 <= len(name) <= 63:
        raise Refused("a bucket name has 3 to 63 characters", _ALLOWED)
    if not _BUCKET.fullmatch(name):
        raise Refused(
            "a bucket name holds lower-case letters, digits, dots and hyphens, a letter or digit at each end",
            _ALLOWED,
        )
    if ".." in name:
        raise Refused("a bucket name does not hold two dots in a row", _ALLOWED)
    if name.startswith(("xn--", "sthree-", "amzn-s3-demo-")):
        raise Refused("S3 reserves that beginning of a bucket name", _ALLOWED)
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return
    raise Refused("a bucket name is not an IP address", _ALLOWED)
