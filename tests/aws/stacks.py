"""Stacks that a real AWS CLI deploys from the template of `ecs stack` on moto's CloudFormation."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import yaml

from airflow_ecs_image.ecs.iam_model import Policy
from airflow_ecs_image.ecs.place import Place
from airflow_ecs_image.ecs.stack import CAPABILITY, stack_template
from airflow_ecs_image.spec import EcsSpec, ImageSpec
from tests.s3.moto_server import REGION

ACCOUNT = "123456789012"
PLACE = Place(REGION, ACCOUNT)
AIRFLOW_2 = {"airflow_version": "2.11.2"}
API = "https://airflow.example.com:8443/execution/"

SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:team-AbCdEf"


def image_of(name: str) -> str:
    return f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{name}@sha256:{'1' * 64}"


def cli(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The AWS CLI as a user runs it."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("aws")), *arguments],
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass(frozen=True)
class Stack:
    """A stack of the name that the ECS spec gives."""

    image: ImageSpec
    ecs: EcsSpec
    folder: Path
    database: bool = False

    @property
    def name(self) -> str:
        return self.ecs.name

    def template(self) -> Path:
        path = self.folder / f"{self.name}.yaml"
        path.write_text(stack_template(self.image, self.ecs, database=self.database), encoding="utf-8")
        return path

    def deploy(self, **parameters: str) -> str:
        """Deploy, with parameters that are kept from then on; returns what the CLI says."""
        overrides = [f"{name}={value}" for name, value in parameters.items()]
        done = cli(
            *("cloudformation", "deploy", "--template-file", str(self.template()), "--stack-name", self.name),
            *("--capabilities", CAPABILITY, "--no-fail-on-empty-changeset"),
            *(["--parameter-overrides", *overrides] if overrides else []),
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def delete(self) -> None:
        done = cli("cloudformation", "delete-stack", "--stack-name", self.name)
        assert done.returncode == 0, done.stderr

    def outputs(self) -> dict[str, str]:
        (found,) = boto3.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}

    def container(self) -> dict[str, Any]:
        """The container of the task definition in the outputs."""
        found = boto3.client("ecs").describe_task_definition(
            taskDefinition=self.outputs()["TaskDefinitionArn"]
        )
        (container,) = found["taskDefinition"]["containerDefinitions"]
        return dict(container)


def stack_of(
    folder: Path, name: str, *, database: bool = False, image: Mapping[str, Any] | None = None, **ecs: Any
) -> Stack:
    """A stack of specs that hold what a worker of either line of Airflow cannot do without."""
    needed = {"name": name, "execution_api_server_url": API}
    return Stack(ImageSpec(**(image or {})), EcsSpec(**{**needed, **ecs}), folder, database)


def allowed(document: Mapping[str, Any] | str) -> dict[str, dict[str, Any]]:
    """The statements of a policy by their names, with lists where one value may stand alone."""
    # moto answers with the text of a Python object, which YAML reads as well as JSON.
    content = yaml.safe_load(document) if isinstance(document, str) else document
    return {
        each["Sid"]: {
            key: [value] if key in ("Action", "Resource") and isinstance(value, str) else value
            for key, value in each.items()
        }
        for each in content["Statement"]
    }


def role_allows(role: str) -> dict[str, dict[str, Any]]:
    """All that the inline policies of a role allow."""
    iam = boto3.client("iam")
    found: dict[str, dict[str, Any]] = {}
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        found |= allowed(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
    return found


def policy_allows(arn: str) -> dict[str, dict[str, Any]]:
    """What a managed policy allows."""
    iam = boto3.client("iam")
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    return allowed(document)


def expected(policy: Policy) -> dict[str, dict[str, Any]]:
    """What a policy of `ecs iam` allows."""
    return allowed(policy.document())
