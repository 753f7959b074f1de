"""An S3 server on this machine: `rclone serve s3` over a folder whose sub-folders are the buckets."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .waiting import until

ACCESS_KEY, SECRET_KEY = "test-access-key", "test-secret-key"


@dataclass(frozen=True)
class S3Server:
    """The server, for containers on the host's network; `folder` holds one folder for each bucket."""

    folder: Path
    endpoint: str

    @property
    def environment(self) -> dict[str, str]:
        """What a container needs to reach it: on AWS the task role gives as much."""
        return {
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_MAX_ATTEMPTS": "1",
        }


@contextmanager
def serve_s3(folder: Path) -> Iterator[S3Server]:
    """Run the server on a free port of the loopback interface."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [
        *(str(Path(sys.executable).with_name("rclone")), "serve", "s3", str(folder)),
        *("--config", os.devnull, "--vfs-cache-mode", "off", "--dir-cache-time", "0s"),
        *("--addr", f"127.0.0.1:{port}", "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}"),
    ]
    log = folder.with_suffix(".log")
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as server:
        try:
            until(lambda: server.poll() is not None or _answers(port), "the S3 server answers")
            assert server.poll() is None, log.read_text()
            yield S3Server(folder, f"http://127.0.0.1:{port}")
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0
