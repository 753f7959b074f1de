"""An S3 server on this machine: `rclone serve s3` over a folder whose sub-folders are the buckets."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.waiting import until

ACCESS_KEY, SECRET_KEY = "test-access-key", "test-secret-key"
REGION = "eu-central-1"


@dataclass(frozen=True)
class S3Server:
    """The server; `folder` holds one folder for each bucket."""

    folder: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to reach it: on AWS the task role gives as much."""
        return environment_for(self.url)

    def fill(self, bucket: str, objects: Mapping[str, bytes]) -> None:
        """Make a bucket that holds the objects by their keys; a key that ends in `/` is a folder."""
        (self.folder / bucket).mkdir(parents=True, exist_ok=True)
        for key, content in objects.items():
            path = self.folder / bucket / key
            if key.endswith("/"):
                path.mkdir(parents=True, exist_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def environment_for(
    url: str, *, access_key: str = ACCESS_KEY, secret_key: str = SECRET_KEY, region: str = REGION
) -> dict[str, str]:
    """The variables that lead to an S3 server with one pair of keys."""
    return {
        "AWS_ENDPOINT_URL_S3": url,
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret_key,
        "AWS_DEFAULT_REGION": region,
        "AWS_MAX_ATTEMPTS": "1",
    }


@contextmanager
def serve_s3(
    folder: Path,
    *,
    address: str = "127.0.0.1",
    keys: Mapping[str, str] | None = None,
    virtual_hosts: bool = False,
    cached_seconds: int = 0,
) -> Iterator[S3Server]:
    """Run the server on a free port of an address until the end of the block.

    `keys` are the secret keys by their access keys; a request that another key signed is refused. With
    `virtual_hosts` the first label of the host name is the bucket. What is written to `folder` is seen after
    `cached_seconds`; with 0 each upload makes the next one slower.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as listener:
        listener.bind((address, 0))
        port = listener.getsockname()[1]
    command = [
        *(str(Path(sys.executable).with_name("rclone")), "serve", "s3", str(folder)),
        *("--config", os.devnull, "--vfs-cache-mode", "off", "--dir-cache-time", f"{cached_seconds}s"),
        *("--addr", f"{address}:{port}", f"--force-path-style={str(not virtual_hosts).lower()}"),
    ]
    for access_key, secret_key in (keys or {ACCESS_KEY: SECRET_KEY}).items():
        command += ["--auth-key", f"{access_key},{secret_key}"]
    log = folder.with_suffix(".log")
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as server:
        try:
            until(lambda: server.poll() is not None or _answers(address, port), "the S3 server answers")
            assert server.poll() is None, log.read_text()
            yield S3Server(folder, f"http://{address}:{port}")
        finally:
            server.terminate()


def _answers(address: str, port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex((address, port)) == 0
