"""What a task finds at 169.254.170.2: credentials, by real boto3 and by the image's own fetcher, and metadata."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.image.bridge import bridge_address
from tests.image.worker_images import WorkerImage
from tests.s3.rclone_server import S3Server, serve_s3

from .endpoint_container import EndpointContainer, task_id
from .stack_words import CLUSTER, KEYS, REGION, TASK_ROLE, awslogs

BUCKET = "airflow-dags"
DEFINITION = "role"
_READ = f"""
import boto3
session = boto3.session.Session()
print("METHOD", session.get_credentials().method, bool(session.get_credentials().token))
s3 = session.client("s3")
print("READ", s3.get_object(Bucket="{BUCKET}", Key="dags/a.py")["Body"].read().decode())
s3.put_object(Bucket="{BUCKET}", Key="written", Body=b"by the task")
"""
_METADATA = """
import json, os, urllib.request
base = os.environ["ECS_CONTAINER_METADATA_URI_V4"]
for path in ("", "/task", "/taskWithTags", "/stats", "/task/stats"):
    with urllib.request.urlopen(base + path) as answer:
        print("METADATA", path or "/", json.dumps(json.load(answer)))
"""


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """The S3 of a local stack: it takes the stack's keys alone."""
    keys = {KEYS["access_key_id"]: KEYS["secret_access_key"]}
    folder = tmp_path_factory.mktemp("s3")
    with serve_s3(folder, address=bridge_address(), keys=keys) as server:
        server.fill(BUCKET, {"dags/a.py": b"fetched"})
        yield server


@pytest.fixture(scope="module")
def role(endpoint: EndpointContainer, worker_image: WorkerImage, s3: S3Server) -> EndpointContainer:
    """The endpoint with a task definition of the worker image, which has a role and no keys."""
    environment = [
        {"name": "AWS_ENDPOINT_URL_S3", "value": s3.url},
        {"name": "AWS_EC2_METADATA_DISABLED", "value": "true"},
    ]
    main = {
        "name": "main",
        "image": worker_image.tag,
        "environment": environment,
        "logConfiguration": awslogs(),
    }
    endpoint.register(DEFINITION, main, taskRoleArn=TASK_ROLE)
    return endpoint


def python(source: str) -> str:
    return f"python -c {shlex.quote(source)}"


def test_boto3_with_the_task_s_role_alone(role: EndpointContainer, s3: S3Server) -> None:
    arn = role.run(DEFINITION, python(_READ))

    role.stopped(arn)

    log = role.log(arn)
    assert "METHOD container-role True" in log, log
    assert "READ fetched" in log
    assert (s3.folder / BUCKET / "written").read_bytes() == b"by the task"


def test_the_image_s_own_fetch(role: EndpointContainer) -> None:
    uri = [{"name": "S3_URI", "value": f"s3://{BUCKET}/dags"}]
    arn = role.run(
        DEFINITION,
        "cat /opt/airflow/dags/a.py",
        overrides={"containerOverrides": [{"environment": uri}]},
    )

    task = role.stopped(arn)

    assert task["containers"][0]["exitCode"] == 0, role.log(arn)
    assert role.log(arn).startswith("fetch-dags: 1 file from ")
    assert role.log(arn).endswith("fetched")


def test_the_shape_of_the_credentials(endpoint: EndpointContainer) -> None:
    endpoint.register("shape", taskRoleArn=TASK_ROLE)
    arn = endpoint.run("shape", _http("$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"))
    endpoint.stopped(arn)

    (credentials,) = _documents(endpoint.log(arn))

    assert credentials.keys() == {"RoleArn", "AccessKeyId", "SecretAccessKey", "Token", "Expiration"}
    assert credentials["RoleArn"] == TASK_ROLE
    assert credentials["AccessKeyId"] == KEYS["access_key_id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", credentials["Expiration"])


def test_another_s_credentials_and_those_of_an_ended_task(endpoint: EndpointContainer) -> None:
    endpoint.register("asks", taskRoleArn=TASK_ROLE)
    ended = endpoint.run("asks", "echo $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    endpoint.stopped(ended)
    path = endpoint.log(ended)
    assert path.startswith("/v2/credentials/")

    arn = endpoint.run("asks", "; ".join(map(_http, ("/v2/credentials/none", path))))
    endpoint.stopped(arn)

    answers = _documents(endpoint.log(arn))
    assert [answer["code"] for answer in answers] == ["InvalidIdInRequest"] * 2


def test_metadata_version_4(role: EndpointContainer) -> None:
    tags = [{"key": "team", "value": "data"}]
    arn = role.run(DEFINITION, python(_METADATA), tags=tags)
    task = role.stopped(arn)
    found = {
        path: json.loads(document)
        for _, path, document in (
            line.split(" ", 2) for line in role.log(arn).splitlines() if line.startswith("METADATA ")
        )
    }

    container, whole = found["/"], found["/task"]
    described = task["containers"][0]
    assert container["ContainerARN"] == described["containerArn"]
    assert container["DockerId"] == described["runtimeId"]
    assert (container["Name"], container["KnownStatus"], container["Type"]) == ("main", "RUNNING", "NORMAL")
    assert container["Networks"][0]["IPv4Addresses"] == [
        described["networkInterfaces"][0]["privateIpv4Address"]
    ]
    assert container["LogOptions"] == {
        "awslogs-group": "/ecs/airflow",
        "awslogs-region": REGION,
        "awslogs-stream": f"worker/main/{task_id(arn)}",
    }
    assert container["Labels"]["com.amazonaws.ecs.task-arn"] == arn
    assert (whole["TaskARN"], whole["Family"], whole["LaunchType"]) == (arn, DEFINITION, "FARGATE")
    assert whole["Cluster"].endswith(f":cluster/{CLUSTER}")
    assert whole["Limits"] == {"CPU": 0.25, "Memory": 512}
    assert whole["Containers"] == [container]
    assert found["/taskWithTags"] == {**whole, "TaskTags": {"team": "data"}}
    assert found["/stats"]["memory_stats"]["limit"] == 512 * 1024**2
    assert found["/task/stats"].keys() == {container["DockerId"]}


def _http(path: str) -> str:
    """A line of bash that asks the agent: the small image has nothing that could."""
    return (
        "exec 3<>/dev/tcp/169.254.170.2/80; "
        f'printf "GET %s HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n" "{path}" >&3; cat <&3; echo'
    )


def _documents(log: str) -> Sequence[dict[str, Any]]:
    return [json.loads(line) for line in log.splitlines() if line.startswith("{")]
