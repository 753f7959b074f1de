"""What a careful script with boto3 does: list, then download with 32 threads that share one client.

python fetch_boto3.py s3://bucket/prefix FOLDER
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
from botocore.config import Config

THREADS = 32


def main() -> None:
    bucket, _, prefix = sys.argv[1].removeprefix("s3://").partition("/")
    folder = Path(sys.argv[2])
    client = boto3.client("s3", config=Config(max_pool_connections=THREADS))
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{prefix}/")
    keys = [(entry["Key"], entry["Size"]) for page in pages for entry in page.get("Contents", ())]
    paths = [folder / key.removeprefix(f"{prefix}/") for key, _ in keys]
    for parent in {path.parent for path in paths}:
        parent.mkdir(parents=True, exist_ok=True)

    def download(key: str, size: int, path: Path) -> None:
        # get_object and not download_file: no transfer manager with threads of its own for each small file.
        content = client.get_object(Bucket=bucket, Key=key)["Body"].read()
        if len(content) != size:
            raise OSError(f"{key}: {len(content)} bytes instead of {size}")
        path.write_bytes(content)

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [
            pool.submit(download, key, size, path) for (key, size), path in zip(keys, paths, strict=True)
        ]:
            done.result()


main()
