"""`ecs stack` as a command, and its template before the lint of CloudFormation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from airflow_ecs_image.cli import run
from tests.unit.ecs.deployments import DATABASE, IMAGE
from tests.unit.ecs.stack_text import read

# One of each partition whose resources the lint knows, and some that came late.
REGIONS = ("us-east-1", "eu-central-1", "ap-southeast-3", "me-central-1", "cn-north-1", "us-gov-west-1")

DEPLOYMENTS: dict[str, tuple[str, ...]] = {
    "plain": (),
    "database": ("--database",),
    "spot": ("--capacity-providers", "FARGATE_SPOT:4,FARGATE:1", "--tags", "team=data"),
    "airflow-2-database": ("--airflow-version", "2.11.2", "--database", "--fernet-key-secret", DATABASE),
    "airflow-2-secret": ("--airflow-version", "2.11.2", "--database-secret", DATABASE),
    "exec": (
        "--run-task-kwargs",
        '{"enableExecuteCommand":true}',
        "--secrets",
        "A=/team/a",
        "--image",
        IMAGE,
    ),
    "existing": (
        "--subnets",
        "subnet-0123456789abcdef0,subnet-0123456789abcdef1",
        "--security-groups",
        "sg-0123456789abcdef0",
        "--task-role",
        "arn:aws:iam::123456789012:role/team",
    ),
    "cloudwatch": ("--remote-logs", "cloudwatch://arn:aws:logs:us-east-1:123456789012:log-group:tasks"),
    "ec2": ("--launch-type", "EC2", "--platform", "linux/arm64", "--read-only-root-filesystem"),
}


def stack(folder: Path, *arguments: str) -> int:
    return run(["-C", str(folder), "ecs", "stack", *arguments])


@pytest.mark.slow
def test_the_lint_of_cloudformation_finds_nothing(tmp_path: Path) -> None:
    for name, arguments in DEPLOYMENTS.items():
        assert stack(tmp_path, "--output", f"{name}.yaml", *arguments) == 0
    lint = subprocess.run(
        [
            str(Path(sys.executable).with_name("cfn-lint")),
            "--non-zero-exit-code",
            "informational",
            "--regions",
            *REGIONS,
            "--template",
            *sorted(map(str, tmp_path.glob("*.yaml"))),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (lint.returncode, lint.stdout, lint.stderr) == (0, "", "")


def test_it_prints_the_template_and_says_how_to_deploy_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stack(tmp_path, "--name", "team", "--region", "eu-central-1", "--tags", "a=b c") == 0
    printed = capsys.readouterr()
    assert read(printed.out)["Parameters"]["ClusterName"]["Default"] == "team"
    said = printed.err.replace("\n", " ")
    assert "aws cloudformation deploy --template-file stack.yaml --stack-name team" in said
    assert "--region eu-central-1 --tags 'a=b c'" in said
    assert "no image is known yet" in said


def test_a_file_gets_the_same_bytes_each_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stack(tmp_path, "--output", "one.yaml", "--image", IMAGE) == 0
    assert stack(tmp_path, "--output", "two.yaml", "--image", IMAGE) == 0
    printed = capsys.readouterr()
    assert (tmp_path / "one.yaml").read_bytes() == (tmp_path / "two.yaml").read_bytes()
    assert printed.out == ""
    assert "no image is known yet" not in printed.err


def test_json_has_the_template_and_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stack(tmp_path, "--json", "--output", "t.yaml") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["template"] == (tmp_path / "t.yaml").read_text(encoding="utf-8")
    assert document["capabilities"] == ["CAPABILITY_NAMED_IAM"]
    assert document["output"] == str(tmp_path / "t.yaml")


def test_image_toml_decides(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "image.toml").write_text(
        'airflow_version = "2.11.2"\n[ecs]\nname = "of-file"\ncpu = 512\nmemory = 1024\n', encoding="utf-8"
    )
    assert stack(tmp_path) == 0
    parameters = read(capsys.readouterr().out)["Parameters"]
    assert parameters["Cpu"]["Default"] == "512"
    assert parameters["ClusterName"]["Default"] == "of-file"
    assert "DatabaseSecretArn" in parameters


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stack(tmp_path, "--output", "missing/stack.yaml") != 0
    assert "missing" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_has_one_line_and_a_mend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ecs", "stack", "--directory", str(tmp_path), "--output", "nowhere/stack.yaml"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        f"error: {tmp_path}/nowhere/stack.yaml: cannot be written: No such file or directory",
        "  → name a file in a folder that you may write to",
    ]


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "stack.yaml"
    target.write_text("before", encoding="utf-8")
    assert run(["ecs", "stack", "--directory", str(tmp_path), "--output", "stack.yaml"]) == 0
    assert target.read_text(encoding="utf-8").startswith("# The AWS side")
    assert [path.name for path in tmp_path.iterdir()] == ["stack.yaml"]
