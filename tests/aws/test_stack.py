"""`ecs stack` deployed: a real AWS CLI, moto's CloudFormation, and boto3 to see what is there.

What moto does not keep of a template (settings of the cluster, most of a bucket's, Fargate's part of a task definition,
rules) is looked at in the text, in tests/unit/ecs/test_stack.py.
"""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import boto3
import pytest

from airflow_ecs_image.cli import run
from tests.aws.networks import buckets, default_vpc, security_group, vpcs
from tests.aws.stacks import ACCOUNT, AIRFLOW_2, API, SECRET, cli, image_of, role_allows, stack_of
from tests.s3.moto_server import REGION

pytestmark = pytest.mark.usefixtures("cloudformation")


def test_from_nothing_to_an_image_to_a_change_to_nothing(tmp_path: Path) -> None:
    life, before = stack_of(tmp_path, "life"), vpcs()
    assert "Successfully created/updated stack - life" in life.deploy()
    first = life.outputs()
    assert "TaskDefinitionArn" not in first
    assert first["RepositoryUri"] == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/life"
    life.deploy(Image=image_of("life"))
    assert life.outputs() == first | {
        "TaskDefinitionArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/life:1"
    }
    assert "No changes to deploy. Stack life is up to date" in life.deploy(Image=image_of("life"))
    assert life.container()["image"] == image_of("life")
    life.deploy(ExecutionApiServerUrl="https://other.example.com/execution/")
    assert life.outputs()["TaskDefinitionArn"].endswith("task-definition/life:2")
    assert "https://other.example.com/execution/" in [
        each["value"] for each in life.container()["environment"]
    ]
    life.delete()
    assert vpcs() == before
    assert {first["LogBucketName"], first["DagBucketName"]} <= buckets()
    assert boto3.client("ecr").describe_repositories(repositoryNames=["life"])["repositories"]
    assert not boto3.client("iam").list_roles(PathPrefix="/life")["Roles"]
    with pytest.raises(boto3.client("iam").exceptions.NoSuchEntityException):
        boto3.client("iam").get_role(RoleName="life-task")


def test_cloudformation_takes_it(tmp_path: Path) -> None:
    template = stack_of(tmp_path, "valid", database=True).template().read_text(encoding="utf-8")
    answer = boto3.client("cloudformation").validate_template(TemplateBody=template)
    assert answer["Description"] == "The AWS side of Airflow's ECS executor"


def test_what_exists_is_used_and_not_made_again(tmp_path: Path) -> None:
    vpc, subnets = default_vpc()
    group = security_group(vpc, "tasks")
    s3, before = boto3.client("s3"), vpcs()
    for name in ("old-dags", "old-logs"):
        s3.create_bucket(Bucket=name)
    boto3.client("ecs").create_cluster(clusterName="old-cluster")
    boto3.client("ecr").create_repository(repositoryName="old/worker")
    had = buckets()
    made = stack_of(tmp_path, "existing", image=AIRFLOW_2, subnets=tuple(subnets), security_groups=(group,))
    made.deploy(
        VpcId=vpc,
        ExistingDagBucket="old-dags",
        ExistingLogBucket="old-logs",
        ExistingCluster="old-cluster",
        ExistingRepository="old/worker",
        DatabaseSecretArn=SECRET,
        AssignPublicIp="True",
        Image=image_of("old/worker"),
    )
    assert (vpcs(), buckets()) == (before, had)
    outputs = made.outputs()
    assert (
        outputs
        | {
            "ClusterName": "old-cluster",
            "DagBucketName": "old-dags",
            "RemoteLogs": "s3://old-logs/logs",
            "RepositoryUri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/old/worker",
            "SubnetIds": ",".join(subnets),
            "SecurityGroupId": group,
            "AssignPublicIp": "True",
            "DatabaseSecretArn": SECRET,
        }
        == outputs
    )
    allows = role_allows("existing-execution")
    assert allows["PullImage"]["Resource"] == [f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/old/worker"]
    assert allows["ReadTheDatabaseSecret"]["Resource"] == [SECRET]
    assert {each["name"]: each["valueFrom"] for each in made.container()["secrets"]} == {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": SECRET
    }
    made.delete()
    assert buckets() == had


def test_buckets_are_encrypted_and_speak_tls_only(tmp_path: Path) -> None:
    made = stack_of(
        tmp_path,
        "buckets",
        image={"s3_uri": "s3://buckets-dags/dags"},
        remote_logs="s3://buckets-logs/airflow",
    )
    made.deploy()
    assert made.outputs()["RemoteLogs"] == "s3://buckets-logs/airflow"
    s3 = boto3.client("s3")
    for name in ("buckets-dags", "buckets-logs"):
        (rule,) = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
        assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
        (denial,) = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"]
        assert denial["Resource"] == [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]


def test_its_outputs_are_what_ecs_env_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = stack_of(tmp_path, "outputs", capacity_providers="FARGATE_SPOT:4,FARGATE:1")
    made.deploy(Image=image_of("outputs"))
    api = ("--execution-api-server-url", API)
    assert run(["-C", str(tmp_path), "ecs", "env", "--stack", "outputs", "--format", "json", *api]) == 0
    found = json.loads(capsys.readouterr().out)["variables"]
    outputs = made.outputs()
    section = {
        name.removeprefix("AIRFLOW__AWS_ECS_EXECUTOR__"): value
        for name, value in found.items()
        if name.startswith("AIRFLOW__AWS_ECS_EXECUTOR__")
    }
    strategy = [
        {"capacityProvider": "FARGATE_SPOT", "weight": 4},
        {"capacityProvider": "FARGATE", "weight": 1},
    ]
    assert json.loads(section.pop("RUN_TASK_KWARGS")) == {"capacity_provider_strategy": strategy}
    assert (
        section
        | {
            "CLUSTER": "outputs",
            "REGION_NAME": REGION,
            "CONTAINER_NAME": "airflow",
            "TASK_DEFINITION": outputs["TaskDefinitionArn"],
            "SUBNETS": outputs["SubnetIds"],
            "SECURITY_GROUPS": outputs["SecurityGroupId"],
            "ASSIGN_PUBLIC_IP": "True",
        }
        == section
    )
    assert found["AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER"] == outputs["RemoteLogs"]


def test_the_command_that_is_printed_deploys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(["-C", str(tmp_path), "ecs", "stack", "--json", "--output", "s.yaml", "--name", "printed"]) == 0
    )
    command = shlex.split(json.loads(capsys.readouterr().out)["deploy"])
    assert command[0] == "aws"
    done = cli(*command[1:])
    assert "Successfully created/updated stack - printed" in done.stdout, done.stderr
