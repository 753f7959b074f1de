"""Two real S3 servers, and a target that holds something already."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.s3.certificates import Authority
from tests.s3.fault_proxy import FaultProxy, fault_proxy
from tests.s3.moto_server import S3Endpoint, s3_endpoint
from tests.s3.rclone_server import S3Server, environment_for, serve_s3

from .fetcher import BEFORE, SAMPLE, Fetcher


@pytest.fixture(scope="session")
def rclone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with serve_s3(tmp_path_factory.mktemp("rclone") / "buckets") as server:
        yield server


@pytest.fixture(scope="session")
def moto() -> Iterator[S3Endpoint]:
    with s3_endpoint() as endpoint:
        yield endpoint


@pytest.fixture(params=["rclone", "moto"])
def server(request: pytest.FixtureRequest) -> S3Server | S3Endpoint:
    """Each of the two in its turn."""
    found: S3Server | S3Endpoint = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def bucket() -> str:
    """A name that no other test has used."""
    return f"bucket-{secrets.token_hex(6)}"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """The DAG folder, in a folder that holds nothing else."""
    target = tmp_path / "opt/airflow/dags"
    for name, content in BEFORE.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    return target


@pytest.fixture
def fetch(server: S3Server | S3Endpoint, target: Path) -> Fetcher:
    return Fetcher(target, server.environment)


@pytest.fixture
def on_moto(moto: S3Endpoint, target: Path) -> Fetcher:
    return Fetcher(target, moto.environment)


@pytest.fixture
def on_rclone(rclone: S3Server, target: Path) -> Fetcher:
    return Fetcher(target, rclone.environment)


@pytest.fixture
def proxy(rclone: S3Server) -> Iterator[FaultProxy]:
    """In front of rclone; healthy until it gets another plan."""
    with fault_proxy(rclone.url) as running:
        yield running


@pytest.fixture
def through_proxy(proxy: FaultProxy, target: Path) -> Fetcher:
    return Fetcher(target, environment_for(proxy.url))


@pytest.fixture
def uri(rclone: S3Server, bucket: str) -> str:
    """Of a prefix of rclone that holds the sample."""
    rclone.fill(bucket, {f"dags/{name}": content for name, content in SAMPLE.items()})
    return f"s3://{bucket}/dags"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def filled(rclone: S3Server, bucket: str) -> str:
    """The name of a bucket of rclone with something for every way to fail."""
    pointer = f"{'0' * 64}  dags.tar\n".encode()
    rclone.fill(
        bucket,
        {"dags/a.py": b"a", "folders/sub/": b"", "broken.tgz": b"no archive", "lost.sha256": pointer},
    )
    return bucket
