"""An S3 that takes the keys of one source and no others, and a fetch without any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fetch.fetcher import Fetcher
from tests.s3.credential_servers import CredentialServer, credential_server
from tests.s3.fault_proxy import FaultProxy, fault_proxy
from tests.s3.faults import (
    signed_by,
)
from tests.s3.rclone_server import serve_s3

from .keys import BUCKET, FILES, LASTING, OTHER, TEMPORARY


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultProxy]:
    """Rclone verifies each signature with the secrets of the three, and the proxy looks at the session token."""
    keys = {each.access_key: each.secret_key for each in (TEMPORARY, LASTING, OTHER)}
    with (
        serve_s3(tmp_path_factory.mktemp("signed") / "buckets", keys=keys) as server,
        fault_proxy(server.url) as proxy,
    ):
        server.fill(BUCKET, {f"dags/{name}": content for name, content in FILES.items()})
        yield proxy


@pytest.fixture
def fetch(s3: FaultProxy, target: Path) -> Fetcher:
    """Without credentials; S3 takes those of the task role."""
    s3.forget(signed_by(TEMPORARY.access_key, TEMPORARY.token))
    return Fetcher(target, {"AWS_ENDPOINT_URL_S3": s3.url, "AWS_REGION": "eu-central-1"})


@pytest.fixture
def source() -> Iterator[CredentialServer]:
    with credential_server(TEMPORARY) as server:
        yield server
