"""`ecs env --stack` on a real CloudFormation API: what is filled in, and what each refusal says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest

from airflow_ecs_image.cli import run
from tests.s3.moto_server import REGION

Shell = pytest.CaptureFixture[str]


def env(folder: Path, *arguments: str) -> int:
    return run(["-C", str(folder), "ecs", "env", "--format", "json", *arguments])


def make_stack(name: str, outputs: dict[str, str], region: str = REGION) -> None:
    template = {
        "Resources": {
            "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": f"/ecs/{name}"}}
        },
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    boto3.client("cloudformation", region_name=region).create_stack(
        StackName=name, TemplateBody=json.dumps(template)
    )


def variables(capsys: Shell) -> dict[str, str]:
    found: dict[str, str] = json.loads(capsys.readouterr().out)["variables"]
    return found


def test_the_outputs_fill_what_the_spec_does_not_say(aws: str, tmp_path: Path, capsys: Shell) -> None:
    outputs = {
        "ClusterName": "of-stack",
        "Region": REGION,
        "SubnetIds": "subnet-0a,subnet-0b",
        "ContainerName": "w",
    }
    make_stack("env-full", outputs)
    (tmp_path / "image.toml").write_text('[ecs]\ncontainer_name = "mine"\n', encoding="utf-8")
    assert env(tmp_path, "--stack", "env-full") == 0
    found = variables(capsys)
    assert found["AIRFLOW__AWS_ECS_EXECUTOR__CLUSTER"] == "of-stack"
    assert found["AIRFLOW__AWS_ECS_EXECUTOR__SUBNETS"] == "subnet-0a,subnet-0b"
    assert found["AIRFLOW__AWS_ECS_EXECUTOR__CONTAINER_NAME"] == "mine"
    assert found["AWS_DEFAULT_REGION"] == REGION


def test_the_region_of_the_spec_is_asked(aws: str, tmp_path: Path, capsys: Shell) -> None:
    make_stack("env-there", {"ClusterName": "there", "SubnetIds": "subnet-0a"}, "eu-west-1")
    assert env(tmp_path, "--stack", "env-there") == 27
    assert f"there is none in {REGION}" in capsys.readouterr().err
    assert env(tmp_path, "--stack", "env-there", "--region", "eu-west-1") == 0
    assert variables(capsys)["AIRFLOW__AWS_ECS_EXECUTOR__REGION_NAME"] == "eu-west-1"


def test_the_stack_of_something_else_is_refused(aws: str, tmp_path: Path, capsys: Shell) -> None:
    make_stack("env-other", {"WebsiteUrl": "https://example.com"})
    assert env(tmp_path, "--stack", "env-other") == 27
    assert "not one of `ecs stack`" in capsys.readouterr().err


class _Forbidden(BaseHTTPRequestHandler):
    """CloudFormation speaks XML (its API reference, "Common errors")."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def forbidding() -> Iterator[str]:
    """The address of a CloudFormation that lets nobody in."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Forbidden) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_a_refusal_names_the_permission(
    aws: str, forbidding: str, tmp_path: Path, capsys: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", forbidding)
    assert env(tmp_path, "--stack", "team") == 16
    assert "stack team: these credentials may not cloudformation:DescribeStacks" in capsys.readouterr().err


def test_no_credentials_and_no_network_are_one_line(
    aws: str, tmp_path: Path, capsys: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert env(tmp_path, "--stack", "team") == 28
    assert "stack team: cloudformation cannot be reached" in capsys.readouterr().err
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert env(tmp_path, "--stack", "team") == 15
    shown = capsys.readouterr()
    assert "no AWS credentials" in shown.err
    assert (shown.out, "Traceback" in shown.err) == ("", False)
