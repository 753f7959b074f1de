"""DAGs from S3 where keys, images and endpoints are unusual: all of it arrives, or no worker starts."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.engine import containers
from airflow_ecs_image.engine.containers import Completed

from .aws_endpoint import SECRET_KEY, S3Endpoint, s3_endpoint
from .bridge import bridge_address
from .facts import gather_facts
from .worker_images import DEFAULT_NAME, WorkerImage, build_project, source_pairs

BUCKET = "dag-bucket"
URI = f"s3://{BUCKET}/team/dags"
MARKER = "the worker ran"
AIRFLOW_2 = next(name for name, (airflow, _) in source_pairs().items() if airflow.startswith("2."))


def dag(name: str) -> bytes:
    return (
        "try:\n    from airflow.sdk import DAG\nexcept ImportError:\n    from airflow import DAG\n"
        f"dag = DAG({name!r}, schedule=None)\n"
    ).encode()


FILES = {
    "first.py": dag("first"),
    "team a/nested/second.py": dag("second"),
    "équipe/日本/third 🚀.py": dag("third"),
    "sql/query.sql": b"select 1",
    "empty.txt": b"",
    "a+b&c=d%20.txt": b"a key that a URL must quote",
}
DAGS = {"first": "first.py", "second": "team a/nested/second.py", "third": "équipe/日本/third 🚀.py"}


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Endpoint]:
    with s3_endpoint() as endpoint:
        objects = {f"team/dags/{key}": content for key, content in FILES.items()}
        objects |= {"team/dags/": b"", "team/dags-old/old.py": dag("old"), "team/other.py": dag("other")}
        endpoint.fill(BUCKET, {**objects, "evil/ok.py": b"", "evil/../evil.py": dag("evil")})
        yield endpoint


def image_of(project: Path, name: str, tag: str, **values: Any) -> WorkerImage:
    airflow, python = source_pairs()[name]
    return build_project(
        project, tag=tag, base="source", airflow_version=airflow, python_version=python, **values
    )


@pytest.fixture(scope="module")
def local_image(project: Path) -> WorkerImage:
    """An image with DAG files of its own."""
    return image_of(project, DEFAULT_NAME, "s3-over-local")


@pytest.mark.parametrize("name", [DEFAULT_NAME, AIRFLOW_2])
def test_every_key_becomes_a_file_and_every_dag_loads(name: str, project: Path, s3: S3Endpoint) -> None:
    image = image_of(project, name, f"s3-{name}", s3_uri=URI)

    found = gather_facts(image.tag, "brief", environment=s3.environment).dag_bag

    assert found == {
        "folder": "/opt/airflow/dags",
        "files": sorted(FILES),
        "dags": DAGS,
        "import_errors": {},
    }


@pytest.mark.parametrize("user", [None, "12345:0"])
def test_the_dags_of_the_image_are_replaced_for_every_uid(
    local_image: WorkerImage, s3: S3Endpoint, user: str | None
) -> None:
    facts = gather_facts(
        local_image.tag, "brief", environment={**s3.environment, "S3_URI": f"{URI}/"}, user=user
    )

    assert (facts.dag_bag["files"], facts.dag_bag["dags"]) == (sorted(FILES), DAGS)
    assert facts.first_process[:2] == ["/usr/bin/dumb-init", "--"]


def test_container_dag_path_is_where_the_files_go(project: Path, s3: S3Endpoint) -> None:
    image = image_of(project, DEFAULT_NAME, "s3-moved", s3_uri=URI, container_dag_path="/srv/our dags")

    found = gather_facts(image.tag, "brief", environment=s3.environment).dag_bag

    assert (found["folder"], found["files"], found["dags"]) == ("/srv/our dags", sorted(FILES), DAGS)


@pytest.mark.parametrize(
    ("uri", "code", "named"),
    [
        ("s3://", 64, "S3_URI is 's3://'"),
        ("s3://Not A Bucket/x", 69, "s3://Not A Bucket/x could not be fetched: .*bucket name"),
        ("s3://no-such-bucket/dags", 69, "s3://no-such-bucket/dags could not be fetched: .*NoSuchBucket"),
        (f"s3://{BUCKET}/evil", 65, r"the key '\.\./evil\.py' would leave the DAG folder"),
    ],
)
def test_what_cannot_be_fetched_is_named(
    local_image: WorkerImage, s3: S3Endpoint, uri: str, code: int, named: str
) -> None:
    assert_refused(run_worker(local_image, {**s3.environment, "S3_URI": uri}), code, named)


def test_without_credentials_no_worker_runs(local_image: WorkerImage, s3: S3Endpoint) -> None:
    environment = {name: value for name, value in s3.environment.items() if "KEY" not in name}

    # The machine of the tests may have a metadata service, as every EC2 machine has.
    completed = run_worker(local_image, {**environment, "S3_URI": URI, "AWS_EC2_METADATA_DISABLED": "true"})

    assert_refused(completed, 69, f"{URI} could not be fetched: .*credentials")


@pytest.mark.slow
@pytest.mark.parametrize("listening", [False, True], ids=["nobody listens", "nobody answers"])
def test_a_dead_endpoint_is_given_up_and_named(
    local_image: WorkerImage, s3: S3Endpoint, listening: bool
) -> None:
    with socket.socket() as endpoint:
        endpoint.bind((bridge_address(), 0))
        if listening:
            endpoint.listen()
        url = f"http://{bridge_address()}:{endpoint.getsockname()[1]}"

        completed = run_worker(
            local_image,
            {**s3.environment, "S3_URI": URI, "AWS_ENDPOINT_URL_S3": url, "AWS_MAX_ATTEMPTS": "1"},
        )

    assert_refused(completed, 69, f"{URI} could not be fetched: .*{url}")


def test_a_read_only_dag_folder_is_named(local_image: WorkerImage, s3: S3Endpoint) -> None:
    completed = run_worker(local_image, {**s3.environment, "S3_URI": URI}, read_only=True)

    assert_refused(completed, 73, "cannot write the DAG folder /opt/airflow/dags: Read-only file system")


def run_worker(image: WorkerImage, environment: Mapping[str, str], *, read_only: bool = False) -> Completed:
    command = ["python", "-c", f"print({MARKER!r})"]
    return containers.run(image.tag, command, environment=environment, read_only=read_only)


def assert_refused(completed: Completed, code: int, pattern: str) -> None:
    """The container has ended by itself, with one line and no secret in it, and no worker ran."""
    assert (completed.exit_code, completed.stdout) == (code, "")
    assert len(completed.stderr.splitlines()) == 1, completed.stderr
    assert re.match(f"fetch-dags: .*{pattern}", completed.stderr), completed.stderr
    assert SECRET_KEY not in completed.stderr
