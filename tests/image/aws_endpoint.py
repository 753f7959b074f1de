"""An S3 that containers of this machine can reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

from .bridge import bridge_address

SECRET_KEY = "secret-of-nobody-5d1e"


@dataclass(frozen=True)
class S3Endpoint:
    """A running S3; `client` fills it, `environment` is what a container needs to use it."""

    url: str
    client: Any
    environment: Mapping[str, str]

    def fill(self, bucket: str, objects: Mapping[str, bytes]) -> None:
        """Make a bucket that holds the objects by their keys."""
        self.client.create_bucket(Bucket=bucket)
        for key, content in objects.items():
            self.client.put_object(Bucket=bucket, Key=key, Body=content)


@contextmanager
def s3_endpoint() -> Iterator[S3Endpoint]:
    """Moto's S3 on a free port of the engine's network, until the end of the block."""
    server = ThreadedMotoServer(ip_address=bridge_address(), port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield _endpoint(f"http://{host}:{port}")
    finally:
        server.stop()


def _endpoint(url: str) -> S3Endpoint:
    client = boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="nobody",
        aws_secret_access_key=SECRET_KEY,
    )
    environment = {
        "AWS_ENDPOINT_URL_S3": url,
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    return S3Endpoint(url, client, environment)
