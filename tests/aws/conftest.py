"""An AWS on this machine, and nothing of the user's own credentials."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.aws.cloudformation_of_moto import complete
from tests.s3.moto_server import ACCESS_KEY, REGION, SECRET_KEY, S3Endpoint, s3_endpoint


@pytest.fixture(scope="session")
def aws_server() -> Iterator[S3Endpoint]:
    """moto's server: all services at one address."""
    with s3_endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def aws(aws_server: S3Endpoint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Let boto3 and the AWS CLI find that server and no other credentials; returns its address."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws_server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    return aws_server.url


@pytest.fixture
def cloudformation(aws: str) -> str:
    """moto's server with a CloudFormation that changes and deletes stacks as AWS's does; returns its address."""
    complete()
    return aws
