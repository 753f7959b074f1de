"""`ecs task-definition` against an ECS that answers: what it registers, and when it does not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from airflow_ecs_image.cli import run
from tests.unit.ecs.deployments import ACCOUNT, API, DATABASE, IMAGE

REGION = "eu-central-1"
TOML = f"""
airflow_version = "3.3.2"
python_version = "3.13"
platform = ["linux/arm64"]

[ecs]
name = "NAME"
region = "{REGION}"
account_id = "{ACCOUNT}"
image = "{IMAGE}"
execution_api_server_url = "{API}"
database_secret = "{DATABASE}"
remote_logs = "s3://team-logs/airflow"

[ecs.tags]
team = "data"
"""

Shell = pytest.CaptureFixture[str]


@pytest.fixture
def family(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A family of this test alone, described by image.toml."""
    name = "family-" + "".join(filter(str.isalnum, request.node.name))[:30]
    (tmp_path / "image.toml").write_text(TOML.replace("NAME", name), encoding="utf-8")
    return name


def ecs(tmp_path: Path, *arguments: str) -> int:
    return run(["-C", str(tmp_path), "ecs", "task-definition", "--no-inspect", *arguments])


def revisions(family: str) -> list[str]:
    client = boto3.client("ecs", region_name=REGION)
    arns = client.list_task_definitions(familyPrefix=family)["taskDefinitionArns"]
    return [arn.rpartition("/")[2] for arn in arns]


def test_it_is_registered_once_for_each_content(aws: str, tmp_path: Path, family: str, capsys: Shell) -> None:
    assert ecs(tmp_path, "--register") == 0
    shown = capsys.readouterr()
    assert shown.out == f"{family}:1\n"
    assert "registered" in shown.err.splitlines()

    assert ecs(tmp_path, "--register") == 0
    shown = capsys.readouterr()
    assert shown.out == f"{family}:1\n"
    assert "nothing to register: the latest revision is the same" in shown.err

    assert ecs(tmp_path, "--register", "--cpu", "512", "--json") == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["registered"], done["revision"], done["family"]) == (True, 2, family)
    assert done["taskDefinitionArn"].endswith(f":task-definition/{family}:2")
    assert revisions(family) == [f"{family}:1", f"{family}:2"]


def test_the_tags_of_a_revision_count(aws: str, tmp_path: Path, family: str, capsys: Shell) -> None:
    assert ecs(tmp_path, "--register") == 0
    assert ecs(tmp_path, "--register", "--tags", "team=other") == 0
    assert capsys.readouterr().out.splitlines() == [f"{family}:1", f"{family}:2"]


def test_ecs_holds_what_was_printed(aws: str, tmp_path: Path, family: str, capsys: Shell) -> None:
    assert ecs(tmp_path) == 0
    printed = json.loads(capsys.readouterr().out)
    assert ecs(tmp_path, "--register") == 0
    client = boto3.client("ecs", region_name=REGION)
    held = client.describe_task_definition(taskDefinition=family, include=["TAGS"])
    for name, value in printed.items():
        if name == "tags":
            assert held["tags"] == value
        elif name != "containerDefinitions":
            assert held["taskDefinition"][name] == value
    (container,) = held["taskDefinition"]["containerDefinitions"]
    assert container.items() >= printed["containerDefinitions"][0].items()


def test_the_real_aws_cli_registers_the_file(aws: str, tmp_path: Path, family: str, capsys: Shell) -> None:
    assert ecs(tmp_path, "--output", "task-definition.json") == 0
    assert capsys.readouterr().out == ""
    file = tmp_path / "task-definition.json"
    done = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("aws")), "ecs", "register-task-definition"),
            *("--cli-input-json", f"file://{file}", "--region", REGION),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["taskDefinition"]["revision"] == 1
    # What another tool has registered is known again.
    assert ecs(tmp_path, "--register") == 0
    assert capsys.readouterr().out == f"{family}:1\n"


def test_what_asks_nothing_of_aws_needs_nothing_of_it(
    tmp_path: Path, family: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    assert ecs(tmp_path) == 0


def test_the_same_bytes_each_time(tmp_path: Path, family: str) -> None:
    files = [tmp_path / name for name in ("one.json", "two.json")]
    for file in files:
        assert ecs(tmp_path, "--output", file.name) == 0
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--image", "worker:1"], 2, "worker:1 is a tag without a digest"),
        (["--platform", "linux/amd64,linux/arm64"], 2, "a task definition is for one of them"),
        (["--capacity-providers", "FARGATE,machines"], 2, "mixes no providers"),
        (["--airflow-version", "2.11.2", "--python-version", "3.11", "--database-secret", ""], 2, "database_secret"),
        (["--account-id", "", "--image", "docker.io/team/worker@sha256:" + "0" * 64], 2, "account_id"),
    ],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_one_line(
    tmp_path: Path, family: str, capsys: Shell, arguments: list[str], code: int, words: str
) -> None:
    assert ecs(tmp_path, *arguments) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len([line for line in shown.err.splitlines() if line.startswith("error:")]) == 1
    assert words in shown.err


def test_without_a_look_into_the_image_the_platform_has_to_be_said(
    tmp_path: Path, family: str, capsys: Shell
) -> None:
    text = (tmp_path / "image.toml").read_text(encoding="utf-8").replace('platform = ["linux/arm64"]', "")
    (tmp_path / "image.toml").write_text(text, encoding="utf-8")
    assert ecs(tmp_path) == 2
    assert "--no-inspect" in capsys.readouterr().err
    assert ecs(tmp_path, "--platform", "linux/amd64") == 0
    assert json.loads(capsys.readouterr().out)["runtimePlatform"]["cpuArchitecture"] == "X86_64"


def test_what_stands_before_a_refusal_is_said(tmp_path: Path, family: str, capsys: Shell) -> None:
    kwargs = {
        "enableExecuteCommand": True,
        "overrides": {"containerOverrides": [{"environment": [{"name": "LONG", "value": "x" * 5000}]}]},
    }
    with (tmp_path / "image.toml").open("a", encoding="utf-8") as file:
        file.write("\n[ecs.run_task_kwargs]\n")
    text = (tmp_path / "image.toml").read_text(encoding="utf-8")
    text = text.replace("[ecs.run_task_kwargs]\n", "").replace(
        "[ecs]\n", "[ecs]\nrun_task_kwargs = '''" + json.dumps(kwargs) + "'''\n"
    )
    (tmp_path / "image.toml").write_text(text, encoding="utf-8")
    assert ecs(tmp_path, "--read-only-root-filesystem") == 0
    warnings = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning:")]
    assert ["characters are left" in line for line in warnings] == [True, False]
    assert "ECS Exec" in warnings[1]


FAILURES: dict[str, tuple[dict[str, str], int, str]] = {
    "no credentials": ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, 15, "no AWS credentials"),
    "no such profile": ({"AWS_PROFILE": "nobody"}, 15, "nobody"),
    "nobody listens": ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, 28, "cannot be reached"),
    "no address": ({"AWS_ENDPOINT_URL": "nowhere"}, 28, "AWS_ENDPOINT_URL"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_an_aws_that_does_not_answer_is_one_line(
    aws: str, tmp_path: Path, family: str, capsys: Shell, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    environment, code, words = FAILURES[failure]
    for name, value in environment.items():
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name)
    assert ecs(tmp_path, "--register") == code
    shown = capsys.readouterr()
    assert shown.out == ""
    errors = [line for line in shown.err.splitlines() if line.startswith("error:")]
    assert len(errors) == 1
    assert words in errors[0]
    assert "Traceback" not in shown.err


@pytest.fixture
def refusing(aws: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An ECS that answers each request with one error."""
    from tests.aws.refusing_server import refusing_server

    with refusing_server() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        yield server


@pytest.mark.parametrize(
    ("status", "error", "code", "words"),
    [
        (400, "AccessDeniedException", 16, "may not ecs:DescribeTaskDefinition"),
        (400, "UnrecognizedClientException", 16, "does not know the access key"),
        (400, "ExpiredTokenException", 16, "have expired"),
        (500, "ServerException", 28, "not ready"),
        (400, "ThrottlingException", 28, "not ready"),
        (400, "ClientException", 28, "the reason"),
    ],
)
def test_an_aws_that_refuses_is_one_line(
    refusing: Any, tmp_path: Path, family: str, capsys: Shell, status: int, error: str, code: int, words: str
) -> None:
    refusing.answer = (status, {"__type": error, "message": "the reason"})
    assert ecs(tmp_path, "--register") == code
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error:")]
    assert len(errors) == 1
    assert words in errors[0]
