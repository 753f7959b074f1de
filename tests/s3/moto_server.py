"""An AWS on this machine: moto's server, whose S3 also holds keys that no file system could hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer
from moto.sts.models import sts_backends

ACCESS_KEY, SECRET_KEY = "nobody", "secret-of-nobody-5d1e"
REGION = "us-east-1"


@dataclass(frozen=True)
class S3Endpoint:
    """A running AWS; `client` speaks to its S3 by HTTP, `environment` is what a program needs to use it.

    All that run in this process hold the same buckets.
    """

    url: str
    client: Any
    environment: Mapping[str, str]

    def fill(self, bucket: str, objects: Mapping[str, bytes]) -> None:
        """Let a bucket hold the objects by their keys and nothing else. Not by HTTP: a client would make
        another key out of a/../b."""
        backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
        if bucket in backend.buckets:
            backend.buckets[bucket].keys.clear()
        else:
            backend.create_bucket(bucket, REGION)
        for key, content in objects.items():
            backend.put_object(bucket, key, content)


def roles_assumed() -> list[Any]:
    """Those that the STS of this process gave credentials for, oldest first."""
    return list(sts_backends[DEFAULT_ACCOUNT_ID]["aws"].assumed_roles)


@contextmanager
def s3_endpoint(address: str = "127.0.0.1") -> Iterator[S3Endpoint]:
    """Moto on a free port of an address, until the end of the block."""
    server = ThreadedMotoServer(ip_address=address, port=0, verbose=False)
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
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )
    environment = {
        "AWS_ENDPOINT_URL_S3": url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": REGION,
    }
    return S3Endpoint(url, client, environment)
