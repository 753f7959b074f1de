"""What the containers fetch from: an S3 server, and relays to it that hold back each request."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image.engine import Engine
from airflow_ecs_image.errors import ToolkitError

ACCESS_KEY, SECRET_KEY = "bench-access-key", "bench-secret-key"
BUCKET = "dags-of-the-bench"
_START_SECONDS = 20


@dataclass(frozen=True)
class S3:
    """The server as containers reach it: `endpoints` by the milliseconds that each request is held back."""

    endpoints: Mapping[int, str]

    def environment(self, delay_ms: int) -> dict[str, str]:
        """What a container needs, for every way: on AWS the task role gives as much, and no endpoint is named."""
        endpoint = self.endpoints[delay_ms]
        return {
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL_S3": endpoint,
            "S3_ENDPOINT_URL": endpoint,
        }


@contextmanager
def serve(folder: Path, delays_ms: Sequence[int]) -> Iterator[S3]:
    """Serve a folder, whose sub-folders are the buckets, on the engine's own network; no other machine reaches it."""
    host = _bridge_address()
    port = _free_port(host)
    rclone = [
        *(str(Path(sys.executable).with_name("rclone")), "serve", "s3", str(folder), "--config", os.devnull),
        *("--addr", f"{host}:{port}", "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}"),
        # The folder does not change while it is served.
        *("--vfs-cache-mode", "off", "--dir-cache-time", "24h", "--poll-interval", "0"),
    ]
    endpoints = {}
    with ExitStack() as stack:
        stack.enter_context(_running(rclone, (host, port)))
        for delay in delays_ms:
            if delay == 0:
                endpoints[delay] = f"http://{host}:{port}"
                continue
            own = _free_port(host)
            words = (host, str(own), host, str(port), str(delay))
            stack.enter_context(_running([sys.executable, "-m", "bench.s3.relay", *words], (host, own)))
            endpoints[delay] = f"http://{host}:{own}"
        yield S3(endpoints)


@contextmanager
def _running(command: Sequence[str], address: tuple[str, int]) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + _START_SECONDS
            while not _answers(address):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise ToolkitError(
                        f"{Path(command[0]).name} does not answer at {address[0]}:{address[1]}"
                    )
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def _bridge_address() -> str:
    template = "{{range .IPAM.Config}}{{.Gateway}}\n{{end}}"
    return Engine().docker("network", "inspect", "bridge", "--format", template).split()[0]


def _free_port(host: str) -> int:
    with socket.socket() as listener:
        try:
            listener.bind((host, 0))
        except OSError:
            raise ToolkitError(
                f"{host}: the engine's network is not on this machine",
                mend="run the bench where the engine runs, on Linux",
            ) from None
        port: int = listener.getsockname()[1]
        return port


def _answers(address: tuple[str, int]) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(address) == 0
