"""The same with obstore, whose S3 client is compiled Rust: 32 downloads at a time by asyncio.

python fetch_obstore.py s3://bucket/prefix FOLDER
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

sys.path.insert(0, "/bench/clients")

from obstore.store import S3Store

CONNECTIONS = 32


async def main() -> None:
    bucket, _, prefix = sys.argv[1].removeprefix("s3://").partition("/")
    folder = Path(sys.argv[2])
    store = S3Store(
        bucket,
        prefix=prefix,
        endpoint=os.environ["AWS_ENDPOINT_URL_S3"],
        region=os.environ["AWS_DEFAULT_REGION"],
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
    )
    entries = [(entry["path"], entry["size"]) for page in store.list(chunk_size=1000) for entry in page]
    for parent in {(folder / path).parent for path, _ in entries}:
        parent.mkdir(parents=True, exist_ok=True)
    limit = asyncio.Semaphore(CONNECTIONS)

    async def download(path: str, size: int) -> None:
        async with limit:
            content = await (await store.get_async(path)).bytes_async()
        if len(content) != size:
            raise OSError(f"{path}: {len(content)} bytes instead of {size}")
        (folder / path).write_bytes(content)

    await asyncio.gather(*(download(path, size) for path, size in entries))


asyncio.run(main())
