"""The outputs of a stack as values of the ECS spec."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from airflow_ecs_image.cli import run
from airflow_ecs_image.ecs.stack_outputs import FIELDS, ecs_values, outputs_in, read_outputs
from airflow_ecs_image.errors import SpecError, StackNotFound
from airflow_ecs_image.spec import load_ecs_spec

OUTPUTS = {
    "Region": "eu-central-1",
    "AccountId": "123456789012",
    "ClusterName": "team",
    "TaskDefinitionArn": "arn:aws:ecs:eu-central-1:123456789012:task-definition/team:4",
    "ContainerName": "worker",
    "SubnetIds": "subnet-0a,subnet-0b",
    "SecurityGroupId": "sg-0a",
    "ExecutionRoleArn": "arn:aws:iam::123456789012:role/team-execution",
    "TaskRoleArn": "arn:aws:iam::123456789012:role/team-task",
    "LogGroupName": "/ecs/team",
    "RemoteLogs": "s3://team-logs/airflow",
    "DatabaseSecretArn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db-AbCdEf",
    "AssignPublicIp": "True",
    "CapacityProviders": "FARGATE_SPOT:4,FARGATE:1",
    "LogBucketName": "team-logs",
    "SomethingElse": "x",
}
DESCRIPTION = {
    "Stacks": [
        {
            "StackName": "team",
            "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS.items()],
        }
    ]
}


def test_they_are_a_whole_spec(tmp_path: Path) -> None:
    spec = load_ecs_spec({}, {}, tmp_path, otherwise=ecs_values(outputs_in(DESCRIPTION), {}))
    assert spec.cluster == "team"
    assert spec.task_definition.endswith("team:4")
    assert (spec.container_name, spec.subnets, spec.security_groups) == (
        "worker",
        ("subnet-0a", "subnet-0b"),
        ("sg-0a",),
    )
    assert (spec.assign_public_ip, spec.capacity_providers) == (True, ("FARGATE_SPOT:4", "FARGATE:1"))
    assert (spec.remote_logs, spec.log_group) == ("s3://team-logs/airflow", "/ecs/team")


def test_the_template_of_ecs_stack_has_each_of_them() -> None:
    template = files("airflow_ecs_image") / "ecs/templates/outputs.yaml.j2"
    made = set(re.findall(r'output\("(\w+)"', template.read_text(encoding="utf-8")))
    assert FIELDS.keys() <= made


def test_what_the_user_said_counts() -> None:
    assert "cluster" not in ecs_values(OUTPUTS, {"cluster": "mine"})
    assert "capacity_providers" not in ecs_values(OUTPUTS, {"launch_type": "EC2"})
    assert "capacity_providers" in ecs_values(OUTPUTS, {})


@pytest.mark.parametrize("outputs", [{}, {"WebsiteUrl": "x"}, {"ClusterName": ""}])
def test_the_stack_of_something_else_is_refused(outputs: dict[str, str]) -> None:
    with pytest.raises(StackNotFound, match="not one of `ecs stack`"):
        ecs_values(outputs, {})


@pytest.mark.parametrize("description", [{}, [], {"Stacks": []}, {"Stacks": None}, "x"])
def test_what_describes_no_stack_is_refused(description: object) -> None:
    with pytest.raises(StackNotFound, match="describes no stack"):
        outputs_in(description)


def test_a_file_that_is_no_such_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        read_outputs(tmp_path / "missing.json")
    (tmp_path / "a.json").write_text("Stacks:\n")
    with pytest.raises(SpecError, match="it is not JSON"):
        read_outputs(tmp_path / "a.json")
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(StackNotFound, match=r"a\.json: it describes no stack"):
        read_outputs(tmp_path / "a.json")


Shell = pytest.CaptureFixture[str]


def env(folder: Path, *arguments: str) -> int:
    return run(["-C", str(folder), "ecs", "env", *arguments])


def test_the_command_reads_the_file_and_writes_one(tmp_path: Path, capsys: Shell) -> None:
    (tmp_path / "outputs.json").write_text(json.dumps(DESCRIPTION))
    assert env(tmp_path, "--outputs", "outputs.json", "--cluster", "mine", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)["variables"]
    assert found["AIRFLOW__AWS_ECS_EXECUTOR__CLUSTER"] == "mine"
    assert found["AIRFLOW__AWS_ECS_EXECUTOR__CONTAINER_NAME"] == "worker"
    for _ in range(2):
        assert env(tmp_path, "--outputs", "outputs.json", "--output", "config.sh") == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("wrote ")) == ("", 2)
    assert "export AIRFLOW__AWS_ECS_EXECUTOR__CLUSTER='team'\n" in (tmp_path / "config.sh").read_text()


def test_json_mode_is_one_document_in_every_form(tmp_path: Path, capsys: Shell) -> None:
    (tmp_path / "outputs.json").write_text(json.dumps(DESCRIPTION))
    assert env(tmp_path, "--outputs", "outputs.json", "--json", "--format", "cfg") == 0
    assert json.loads(capsys.readouterr().out).keys() == {
        "component",
        "airflow_version",
        "variables",
        "secrets",
    }


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--stack", "a", "--outputs", "b"], 2, "two sources"),
        (["--outputs", "missing.json"], 2, "missing.json"),
        (["--for", "dag-processor"], 2, "ecs.region"),
        (["--region", "eu-central-1"], 2, "ecs.subnets"),
        (["--region", "eu-central-1", "--for", "worker"], 2, "execution_api_server_url"),
        (["--for", "celery"], 2, "celery"),
    ],
)
def test_what_is_missing_is_one_line(
    tmp_path: Path, capsys: Shell, arguments: list[str], code: int, words: str
) -> None:
    assert env(tmp_path, *arguments) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len([line for line in shown.err.splitlines() if line.startswith("error:")]) == 1
    assert words in shown.err


def test_capacity_providers_of_ec2_are_warned_about(tmp_path: Path, capsys: Shell) -> None:
    arguments = ["--region", "eu-central-1", "--subnets", "subnet-0a", "--capacity-providers", "machines"]
    assert env(tmp_path, *arguments) == 0
    assert "apache/airflow#55279" in capsys.readouterr().err
