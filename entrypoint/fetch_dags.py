"""Fetch the DAGs of an S3 prefix, or of one .tar.gz object, into the DAG folder before Airflow starts.

    python fetch_dags.py s3://bucket/prefix /opt/airflow/dags

The folder ends up with exactly what S3 holds, or stays as it was and the exit code is not 0. Uses the boto3 that the
executor package brings and nothing of Airflow. Exit codes follow sysexits.h.
"""

from __future__ import annotations

import gzip
import os
import shutil
import sys
import tarfile
import tempfile
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

BAD_URI, NOTHING_FOUND, S3_FAILED, UNSAFE_KEY, NOT_WRITABLE = 64, 66, 69, 65, 73
PARALLEL_DOWNLOADS = 16
CONNECT_SECONDS, READ_SECONDS = 5, 15
ARCHIVE_SUFFIXES = (".tar.gz", ".tgz")


def fail(code: int, message: str) -> NoReturn:
    """End the container with one line that says why; nothing starts after it."""
    print(f"fetch-dags: {message}", file=sys.stderr, flush=True)
    raise SystemExit(code)


def parse_uri(uri: str) -> tuple[str, str]:
    """Bucket and key or prefix of an s3:// URI."""
    parts = urlsplit(uri)
    if parts.scheme != "s3" or not parts.netloc:
        fail(BAD_URI, f"S3_URI is {uri!r}; it must look like s3://bucket/prefix")
    return parts.netloc, parts.path.lstrip("/")


def list_files(client: Any, bucket: str, prefix: str) -> Iterator[tuple[str, str, int]]:
    """Key, path relative to the prefix, and size in bytes of each object that is a file."""
    folder = prefix if not prefix or prefix.endswith("/") else prefix + "/"
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder):
        for entry in page.get("Contents", ()):
            relative = entry["Key"][len(folder) :]
            if relative and not relative.endswith("/"):
                yield entry["Key"], relative, entry["Size"]


def safe_path(folder: Path, relative: str) -> Path:
    """Where a key is written; a key that would leave the folder is refused by name."""
    parts = relative.split("/")
    if relative.startswith("/") or "\0" in relative or any(part in {"", ".", ".."} for part in parts):
        fail(UNSAFE_KEY, f"the key {relative!r} would leave the DAG folder; rename it in the bucket")
    return folder.joinpath(*parts)


def download_prefix(client: Any, bucket: str, prefix: str, folder: Path) -> int:
    """Download every object below the prefix; returns the number of files."""

    def download(item: tuple[str, Path, int]) -> None:
        key, path, size = item
        client.download_file(bucket, key, str(path))
        if path.stat().st_size != size:
            fail(S3_FAILED, f"{key!r} changed while it was being fetched; start the task again")

    items = [
        (key, safe_path(folder, relative), size) for key, relative, size in list_files(client, bucket, prefix)
    ]
    if not items:
        fail(NOTHING_FOUND, f"s3://{bucket}/{prefix} holds no file; check the prefix and the upload")
    for _, path, _ in items:
        path.parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool:
        list(pool.map(download, items))
    return len(items)


def download_archive(client: Any, bucket: str, key: str, folder: Path) -> int:
    """Download one archive and extract it: no links out, no devices, nothing outside the folder."""
    with tempfile.TemporaryFile(dir=folder) as file:
        client.download_fileobj(bucket, key, file)
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:gz") as archive:
            members = [member for member in archive if member.isfile()]
            if not members:
                fail(NOTHING_FOUND, f"s3://{bucket}/{key} holds no file; check what was packed")
            archive.extractall(folder, filter="data")
    return len(members)


def replace_content(target: Path, staging: Path) -> None:
    """Make the target hold what the staging folder, which lies inside it, holds."""
    for entry in target.iterdir():
        if entry != staging:
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    for entry in staging.iterdir():
        entry.rename(target / entry.name)
    staging.rmdir()


def s3_client() -> Any:
    """A client for the endpoint and the credentials of the environment, which gives up within a minute."""
    import boto3
    from botocore.config import Config

    # Three tries, where botocore's older mode makes five; the environment may ask for others.
    os.environ.setdefault("AWS_RETRY_MODE", "standard")
    config = Config(
        connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, max_pool_connections=PARALLEL_DOWNLOADS
    )
    return boto3.client("s3", config=config)


def fetch(uri: str, target: Path) -> int:
    """Fetch what the URI names into the target folder; returns the number of files."""
    bucket, key = parse_uri(uri)
    target.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".fetching-", dir=target))
    staging.chmod(0o775)
    try:
        client = s3_client()
        download = download_archive if key.endswith(ARCHIVE_SUFFIXES) else download_prefix
        count = download(client, bucket, key, staging)
        replace_content(target, staging)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return count


def explanation(error: Exception, uri: str, target: Path) -> tuple[int, str]:
    """Exit code and reason. Some of botocore's errors, such as its time-outs, are OSErrors without a number."""
    if isinstance(error, tarfile.TarError | gzip.BadGzipFile | EOFError | zlib.error):
        return UNSAFE_KEY, f"{uri} is not an archive that can be extracted safely: {error}"
    if isinstance(error, OSError) and error.strerror:
        return NOT_WRITABLE, f"cannot write the DAG folder {target}: {error.strerror}"
    return S3_FAILED, f"{uri} could not be fetched: {error}"


def main(arguments: list[str]) -> None:
    """Fetch, and say in one line what was fetched."""
    uri, target = arguments
    started = time.monotonic()
    try:
        count = fetch(uri, Path(target))
    except Exception as error:
        code, message = explanation(error, uri, Path(target))
        fail(code, " ".join(message.split()))
    print(
        f"fetch-dags: {count} files from {uri} in {round((time.monotonic() - started) * 1000)} ms", flush=True
    )


if __name__ == "__main__":
    os.umask(0o002)
    main(sys.argv[1:])
