"""One image.toml, from the image to the request that the executor sends: the commands of docs/aws.md, one after another."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.validate import ParamValidator

from airflow_ecs_image.engine import images
from airflow_ecs_image.resources import resource
from tests.aws.cloudformation_of_moto import complete
from tests.s3.moto_server import ACCESS_KEY, REGION, SECRET_KEY, S3Endpoint, s3_endpoint

from .local_registry import LocalRegistry
from .worker_images import REPOSITORY

SCRIPT = Path(__file__).with_name("from_image_to_ecs.sh")
ROOT = SCRIPT.parents[2]
ACCOUNT = "123456789012"
TABLE = f"""
base = "source"
airflow_version = "{{airflow}}"
python_version = "3.11"
tag = "{{tag}}"
aws_default_region = "{REGION}"

[ecs]
name = "{{name}}"
account_id = "{ACCOUNT}"
cpu = 512
memory = 1024
remote_logs = "s3://{{name}}-logs/airflow"
"""
AIRFLOW_3 = 'execution_api_server_url = "https://airflow.example.com/execution/"\n'
AIRFLOW_2 = "".join(
    f'{key}_secret = "arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:airflow/{key}-AbCdEf"\n'
    for key in ("database", "fernet_key")
)


@pytest.fixture(scope="module")
def aws() -> Iterator[S3Endpoint]:
    complete()
    with s3_endpoint() as endpoint:
        yield endpoint


def client(aws: S3Endpoint, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=aws.url,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )


@pytest.mark.slow
# moto knows no bucket policies in a stack; that the template is right there, cfn-lint says.
@pytest.mark.filterwarnings("ignore:Tried to parse:UserWarning")
@pytest.mark.parametrize(("airflow", "line"), [("3.3.2", AIRFLOW_3), ("2.11.2", AIRFLOW_2)])
def test_from_one_image_toml_to_the_request_of_the_executor(
    airflow: str, line: str, aws: S3Endpoint, local_registry: LocalRegistry, tmp_path: Path
) -> None:
    name = f"team-{airflow.replace('.', '-')}"
    tag = f"{REPOSITORY}:{name}"
    shutil.copytree(resource("dags_example"), tmp_path / "dags", ignore=shutil.ignore_patterns("__pycache__"))
    table = TABLE.format(airflow=airflow, tag=tag, name=name) + line
    (tmp_path / "image.toml").write_text(table, encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    repository = f"{local_registry.address}/{name}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": REGION,
        "DOCKER_CONFIG": str(home),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "TOOLKIT": f"{sys.executable} {ROOT / 'build.py'}",
        "PROJECT": str(tmp_path),
        "TAG": tag,
        "REPOSITORY": repository,
        "STACK": name,
    }

    done = subprocess.run([SCRIPT], env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    request = json.loads(done.stdout.splitlines()[-1])
    model = client(aws, "ecs").meta.service_model.operation_model("RunTask").input_shape
    assert not ParamValidator().validate(request, model).has_errors()
    outputs = {
        each["OutputKey"]: each["OutputValue"]
        for each in client(aws, "cloudformation").describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
    }
    network = request["networkConfiguration"]["awsvpcConfiguration"]
    assert request["cluster"] == outputs["ClusterName"]
    assert network["subnets"] == outputs["SubnetIds"].split(",")
    assert network["securityGroups"] == [outputs["SecurityGroupId"]]
    assert request["overrides"]["containerOverrides"] == [{"name": outputs["ContainerName"], "command": []}]

    described = client(aws, "ecs").describe_task_definition(taskDefinition=request["taskDefinition"])
    task_definition = described["taskDefinition"]
    (container,) = task_definition["containerDefinitions"]
    assert container["image"].startswith(f"{repository}@sha256:")
    assert container["image"] in images.inspect(tag).digests
    variables = {each["name"] for each in container["environment"]}
    secrets = {each["name"] for each in container.get("secrets", [])}
    assert ("AIRFLOW__CORE__EXECUTION_API_SERVER_URL" in variables) == (airflow > "3")
    assert ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" in secrets) == (airflow < "3")
    assert (task_definition["cpu"], task_definition["memory"]) == ("512", "1024")
    assert SECRET_KEY not in done.stdout + done.stderr
