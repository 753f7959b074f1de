"""`ecs iam` and the real AWS CLI: IAM takes the policies, and the commands make the roles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from airflow_ecs_image.cli import run
from airflow_ecs_image.ecs.iam import POLICIES
from tests.unit.ecs.deployments import ACCOUNT, API, DATABASE, IMAGE

AWS = str(Path(sys.executable).with_name("aws"))
TOML = f"""
airflow_version = "2.11.2"
python_version = "3.11"
s3_uri = "s3://team-dags/dags"

[ecs]
name = "NAME"
region = "eu-central-1"
account_id = "{ACCOUNT}"
image = "{IMAGE}"
execution_api_server_url = "{API}"
database_secret = "{DATABASE}"
remote_logs = "s3://team-logs/airflow"
secrets = {{ KEY = "/team/key" }}
tags = {{ team = "it's data" }}
"""

Shell = pytest.CaptureFixture[str]


@pytest.fixture
def name(aws: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A deployment of this test alone, described by image.toml."""
    name = "d" + "".join(filter(str.isalnum, request.node.name))[-30:]
    (tmp_path / "image.toml").write_text(TOML.replace("NAME", name), encoding="utf-8")
    return name


def iam(tmp_path: Path, *arguments: str) -> int:
    return run(["-C", str(tmp_path), "ecs", "iam", *arguments])


def aws_cli(*arguments: str) -> Any:
    done = subprocess.run([AWS, "iam", *arguments], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout else None


@pytest.mark.parametrize("policy", [name for name in POLICIES if name != "trust"])
def test_iam_takes_each_policy(tmp_path: Path, name: str, policy: str) -> None:
    for kind, arguments in (
        (policy, ["--kms-key", f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1"]),
        ("trust", []),
    ):
        assert iam(tmp_path, kind, "--output", f"{kind}.json", *arguments) == 0
    document = f"file://{tmp_path / policy}.json"
    trust = f"file://{tmp_path}/trust.json"
    aws_cli("create-role", "--role-name", name, "--assume-role-policy-document", trust)
    aws_cli("put-role-policy", "--role-name", name, "--policy-name", policy, "--policy-document", document)
    aws_cli("create-policy", "--policy-name", f"{name}-managed", "--policy-document", document)
    held = aws_cli("get-role-policy", "--role-name", name, "--policy-name", policy)["PolicyDocument"]
    assert held == json.loads((tmp_path / f"{policy}.json").read_text(encoding="utf-8"))


def test_one_document_with_the_reasons(tmp_path: Path, name: str, capsys: Shell) -> None:
    assert iam(tmp_path, "--json") == 0
    shown = capsys.readouterr()
    document = json.loads(shown.out)
    assert list(document["policies"]) == list(POLICIES)
    found = {
        statement["Sid"] for policy in document["policies"].values() for statement in policy["Statement"]
    }
    assert found == document["why"].keys()
    for sid, why in document["why"].items():
        assert any(sid in line and why in line for line in shown.err.splitlines())


def test_a_single_policy_is_a_document_for_iam(tmp_path: Path, name: str, capsys: Shell) -> None:
    assert iam(tmp_path, "scheduler") == 0
    assert json.loads(capsys.readouterr().out).keys() == {"Version", "Statement"}


@pytest.fixture
def script(tmp_path: Path, name: str) -> Path:
    """The commands, with the AWS CLI of this environment on the path."""
    assert iam(tmp_path, "--format", "shell", "--output", "iam.sh") == 0
    return tmp_path / "iam.sh"


def run_script(script: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(AWS).parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["sh", str(script)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path, **variables},
    )


def test_the_commands_make_the_roles_and_running_them_again_changes_nothing(
    tmp_path: Path, name: str, script: Path, capsys: Shell
) -> None:
    client = boto3.client("iam")
    for role in ("scheduler", "api-server"):
        client.create_role(RoleName=f"{name}-{role}", AssumeRolePolicyDocument="{}")
    roles = {"SCHEDULER_ROLE": f"{name}-scheduler", "API_SERVER_ROLE": f"{name}-api-server"}
    assert iam(tmp_path, "--json") == 0
    policies = json.loads(capsys.readouterr().out)["policies"]
    before: Any = None
    for _ in range(2):
        done = run_script(script, **roles)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        held = {
            role: (
                client.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"],
                {
                    policy: client.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
                    for policy in client.list_role_policies(RoleName=role)["PolicyNames"]
                },
            )
            for role in (f"{name}-execution", f"{name}-task", *roles.values())
        }
        assert before in (None, held)
        before = held
    assert before[f"{name}-execution"] == (
        policies["trust"],
        {f"{name}-execution-role": policies["execution-role"]},
    )
    assert before[f"{name}-task"] == (policies["trust"], {f"{name}-task-role": policies["task-role"]})
    assert before[f"{name}-scheduler"][1] == {f"{name}-scheduler": policies["scheduler"]}
    assert before[f"{name}-api-server"][1] == {f"{name}-api-server": policies["api-server"]}


def test_the_commands_ask_for_the_role_of_the_scheduler(script: Path, name: str) -> None:
    done = run_script(script, API_SERVER_ROLE="x")
    assert done.returncode != 0
    assert "SCHEDULER_ROLE" in done.stderr


def test_the_commands_stop_at_the_first_that_fails(script: Path, name: str) -> None:
    done = run_script(script, AWS_ENDPOINT_URL="http://127.0.0.1:1", SCHEDULER_ROLE="x", API_SERVER_ROLE="x")
    assert done.returncode != 0
    assert done.stderr.count("Could not connect") == 1


def test_the_commands_are_clean_shell(script: Path, name: str) -> None:
    shellcheck = Path(sys.executable).with_name("shellcheck")
    done = subprocess.run([shellcheck, script], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["schedler"], "did you mean scheduler?"),
        (["api-server", "--remote-logs", ""], "it needs no permission"),
        (["execution-role", "--database-secret", ""], "database_secret"),
        (["--image", ""], "ecs.image"),
    ],
)
def test_what_is_wrong_is_one_line(
    tmp_path: Path, name: str, capsys: Shell, arguments: list[str], words: str
) -> None:
    assert iam(tmp_path, *arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert words in shown.err


def test_the_same_bytes_each_time(tmp_path: Path, name: str) -> None:
    for format_ in ("json", "shell"):
        for file in ("one", "two"):
            assert iam(tmp_path, "--format", format_, "--output", file) == 0
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
