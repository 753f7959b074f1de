"""A real S3 server in this process, and the fetching script as a module and as a program."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import subprocess
import sys
import unittest.mock
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import boto3
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

SCRIPT = Path(__file__).resolve().parents[3] / "entrypoint/fetch_dags.py"
BUCKET = "dag-bucket"


@dataclass(frozen=True)
class S3:
    """An S3 endpoint with one bucket; `environment` leads boto3 to it."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_ACCESS_KEY_ID": "canary-key-id",
            "AWS_SECRET_ACCESS_KEY": "canary-secret-key",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_MAX_ATTEMPTS": "1",
        }

    def fill(self, objects: Mapping[str, bytes]) -> None:
        """Replace what the bucket holds. Not by HTTP: a client would make another key out of a/../b."""
        backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
        if BUCKET in backend.buckets:
            backend.buckets[BUCKET].keys.clear()
        else:
            backend.create_bucket(BUCKET, "us-east-1")
        for key, content in objects.items():
            backend.put_object(BUCKET, key, content)


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield S3(f"http://{host.replace('0.0.0.0', '127.0.0.1')}:{port}")
    server.stop()


@pytest.fixture(scope="session")
def fetch_dags() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("fetch_dags", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Result:
    """How a run of the script ended."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Fetch:
    """Runs the script against the server: its `main` in this process, or all of it `as_program`."""

    s3: S3
    target: Path
    module: ModuleType

    def __call__(self, uri: str, **environment: str) -> Result:
        stdout, stderr, code = io.StringIO(), io.StringIO(), 0
        with (
            unittest.mock.patch.dict(os.environ, {**self.s3.environment, **environment}),
            contextlib.redirect_stdout(stdout),
            contextlib.redirect_stderr(stderr),
        ):
            # boto3 remembers the credentials of its first client.
            boto3.setup_default_session()
            try:
                self.module.main([uri, str(self.target)])
            except SystemExit as ended:
                code = int(ended.code or 0)
        return Result(code, stdout.getvalue(), stderr.getvalue())

    def as_program(self, uri: str, **environment: str) -> Result:
        """As the entrypoint runs it."""
        done = subprocess.run(
            [sys.executable, "-I", SCRIPT, uri, self.target],
            env={"PATH": "/usr/bin:/bin", "HOME": "/nowhere", **self.s3.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def content(self) -> dict[str, bytes]:
        """What the target folder holds, hidden files and empty folders (as None) too."""
        return {
            path.relative_to(self.target).as_posix() + ("/" if path.is_dir() else ""): (
                b"" if path.is_dir() else path.read_bytes()
            )
            for path in sorted(self.target.rglob("*"))
            if path.is_file() or not any(path.iterdir())
        }


@pytest.fixture
def fetch(s3: S3, tmp_path: Path, fetch_dags: ModuleType) -> Fetch:
    """Fetches into a folder that holds something already."""
    target = tmp_path / "opt/airflow/dags"
    (target / "old").mkdir(parents=True)
    (target / "old/stale.py").write_bytes(b"stale")
    (target / "first.py").write_bytes(b"old")
    return Fetch(s3, target, fetch_dags)


BEFORE = {"first.py": b"old", "old/stale.py": b"stale"}
