"""Fetch the DAGs of an S3 prefix, or of one .tar.gz object, into the DAG folder before Airflow starts.

    python fetch_dags.py s3://bucket/prefix /opt/airflow/dags

The folder ends up with exactly what S3 holds, or stays as it was and the exit code is not 0. Uses the boto3 that the
executor package brings and nothing of Airflow. Exit codes follow sysexits.h.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import sys
import tarfile
import tempfile
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

BAD_URI, NOTHING_FOUND, S3_FAILED, UNSAFE_KEY, NOT_WRITABLE = 64, 66, 69, 65, 73
PARALLEL_DOWNLOADS = 16
CONNECT_SECONDS, READ_SECONDS = 5, 15
CHUNK_BYTES = 1 << 20
ARCHIVE_SUFFIXES = (".tar.gz", ".tgz")


class FetchError(Exception):
    """Why the DAGs could not be fetched, and the exit code that says so."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def parse_uri(uri: str) -> tuple[str, str]:
    """Bucket and key or prefix of an s3:// URI. A key may hold ? and #, so that this is no URL to split."""
    scheme, _, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme != "s3" or not bucket:
        raise FetchError(BAD_URI, f"S3_URI is {uri!r}; it must look like s3://bucket/prefix")
    return bucket, key.lstrip("/")


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
        raise FetchError(
            UNSAFE_KEY, f"the key {relative!r} would leave the DAG folder; rename it in the bucket"
        )
    return folder.joinpath(*parts)


def download_prefix(client: Any, bucket: str, prefix: str, folder: Path) -> int:
    """Download every object below the prefix; returns the number of files."""

    def download(item: tuple[str, Path, int]) -> None:
        key, path, size = item
        client.download_file(bucket, key, str(path))
        if path.stat().st_size != size:
            raise FetchError(S3_FAILED, f"{key!r} changed while it was being fetched; start the task again")

    items = [
        (key, safe_path(folder, relative), size) for key, relative, size in list_files(client, bucket, prefix)
    ]
    if not items:
        raise FetchError(
            NOTHING_FOUND, f"s3://{bucket}/{prefix} holds no file; check the prefix and the upload"
        )
    folders = {above for _, path, _ in items for above in path.parents}
    for key, path, _ in items:
        if path in folders:
            raise FetchError(UNSAFE_KEY, f"{key!r} is a file and a folder at once; rename it in the bucket")
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
            # gzip keeps its check sum at the very end, behind what a tar reader has to read.
            while archive.fileobj.read(CHUNK_BYTES):
                pass
            if not members:
                raise FetchError(NOTHING_FOUND, f"s3://{bucket}/{key} holds no file; check what was packed")
            archive.extractall(folder, filter="data")
    return len(members)


def replace_content(target: Path, staging: Path) -> None:
    """Make the target hold what the staging folder, which lies inside it, holds: all of it, or what it held before."""
    aside = Path(tempfile.mkdtemp(prefix=".replaced-", dir=target))
    moves = [(entry, aside / entry.name) for entry in target.iterdir() if entry not in (staging, aside)]
    moves += [(entry, target / entry.name) for entry in staging.iterdir()]
    done: list[tuple[Path, Path]] = []
    try:
        for source, destination in moves:
            source.rename(destination)
            done.append((source, destination))
    except OSError:
        for source, destination in reversed(done):
            destination.rename(source)
        aside.rmdir()
        raise
    shutil.rmtree(aside)
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
    """Exit code and reason; some of botocore's errors, such as its time-outs, are OSErrors without a number."""
    if isinstance(error, FetchError):
        return error.code, str(error)
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
        # One line, whatever botocore or a key says, and no password of a proxy or an endpoint.
        line = re.sub(r"(?<=//)[^/@\s]+@", "***@", " ".join(message.split()))
        print(f"fetch-dags: {line}", file=sys.stderr, flush=True)
        raise SystemExit(code) from None
    print(
        f"fetch-dags: {count} files from {uri} in {round((time.monotonic() - started) * 1000)} ms", flush=True
    )


if __name__ == "__main__":
    os.umask(0o002)
    main(sys.argv[1:])
