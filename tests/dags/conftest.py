"""Two S3 servers, of which one knows conditional writes, and a project whose DAGs are pushed."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from airflow_ecs_image.cli import run
from airflow_ecs_image.dags.location import location
from airflow_ecs_image.dags.store import Store
from tests.s3 import moto_server, rclone_server

POINTER = "latest.sha256"
SECRETS = (moto_server.SECRET_KEY, rclone_server.SECRET_KEY)

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Bucket:
    """A bucket of its own for one test; `environment` leads to its server."""

    uri: str
    url: str
    environment: Mapping[str, str]
    client: Any

    @property
    def name(self) -> str:
        return self.uri.split("/")[2]

    def store(self) -> Store:
        """Straight to the server, whatever proxy the environment names."""
        return Store(location(self.uri), self.client)

    def objects(self) -> dict[str, bytes]:
        """All objects by the names below the prefix."""
        listed = self.client.list_objects_v2(Bucket=self.name).get("Contents", ())
        return {entry["Key"].removeprefix("team/dags/"): self.read(entry["Key"]) for entry in listed}

    def read(self, key: str) -> bytes:
        content: bytes = self.client.get_object(Bucket=self.name, Key=key)["Body"].read()
        return content

    def put(self, name: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=f"team/dags/{name}", Body=content)

    def current(self) -> str:
        """The hash in the pointer."""
        return self.read(f"team/dags/{POINTER}").split()[0].decode()


@pytest.fixture(scope="session")
def moto() -> Iterator[moto_server.S3Endpoint]:
    """Knows conditional writes, as AWS does; asks for no right key."""
    with moto_server.s3_endpoint() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def rclone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rclone_server.S3Server]:
    """Ignores conditions; asks for the right key."""
    with rclone_server.serve_s3(tmp_path_factory.mktemp("rclone") / "buckets", cached_seconds=60) as server:
        yield server


def bucket_of(server: moto_server.S3Endpoint | rclone_server.S3Server) -> Bucket:
    name = f"team-bucket-{next(_numbers)}"
    environment = dict(server.environment) | {"AWS_MAX_ATTEMPTS": "1"}
    region = environment["AWS_DEFAULT_REGION"]
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client = boto3.client(
        "s3",
        endpoint_url=server.url,
        region_name=region,
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
    client.create_bucket(Bucket=name, **where)
    return Bucket(f"s3://{name}/team/dags", server.url, environment, client)


@pytest.fixture
def aws_bucket(moto: moto_server.S3Endpoint, use: Callable[[Bucket], Bucket]) -> Bucket:
    """On the server with conditional writes."""
    return use(bucket_of(moto))


@pytest.fixture
def rclone_bucket(rclone: rclone_server.S3Server, use: Callable[[Bucket], Bucket]) -> Bucket:
    """On the server that asks for the right key."""
    return use(bucket_of(rclone))


@pytest.fixture(params=["moto", "rclone"])
def bucket(request: pytest.FixtureRequest, use: Callable[[Bucket], Bucket]) -> Bucket:
    """On each of the two servers."""
    return use(bucket_of(request.getfixturevalue(request.param)))


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Bucket], Bucket]:
    """Let this process find the bucket's server, and no credentials of the machine."""

    def lead_there(found: Bucket) -> Bucket:
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        return found

    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return lead_there


@dataclass(frozen=True)
class Project:
    """A working directory; every command is checked for secrets in what it prints."""

    directory: Path
    capsys: pytest.CaptureFixture[str]

    def write(self, files: Mapping[str, str]) -> None:
        """Make these the DAG files and no others."""
        folder = self.directory / "dags"
        for path in folder.glob("*"):
            path.unlink()
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text)

    def version(self, text: str) -> None:
        """Another content of the folder: two files that belong together."""
        self.write({"one.py": f"one = {text!r}\n", "two.py": f"two = {text!r}\n"})

    def run(self, *arguments: str) -> tuple[int, str, list[str]]:
        """Exit code, standard output, and the lines of standard error."""
        self.capsys.readouterr()
        code = run(["dags", *arguments, "-C", str(self.directory)])
        output = self.capsys.readouterr()
        assert not [secret for secret in SECRETS if secret in output.out + output.err]
        assert "Traceback" not in output.err
        return code, output.out, output.err.splitlines()

    def json(self, *arguments: str) -> dict[str, Any]:
        """The document of a command that succeeds."""
        code, out, lines = self.run(*arguments, "--json")
        assert code == 0, lines[-3:]
        found: dict[str, Any] = json.loads(out)
        return found

    def push(self, text: str, bucket: Bucket, *options: str) -> str:
        """Push another content; returns its hash."""
        self.version(text)
        return str(self.json("push", bucket.uri, *options)["sha256"])


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    directory = tmp_path / "project"
    directory.mkdir()
    found = Project(directory, capsys)
    found.version("first")
    return found
