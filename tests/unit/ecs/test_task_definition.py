"""The task definition: what is in it for each line of Airflow and each way to run it, and that ECS would take it."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from airflow_ecs_image.ecs.place import Place
from airflow_ecs_image.ecs.task_definition import task_definition, volume_name
from airflow_ecs_image.ecs.task_definition_model import same_content, validate
from airflow_ecs_image.errors import SpecError

from .deployments import ACCOUNT, API, DATABASE, FERNET, IMAGE, PLACE, ecs_spec, image_facts, image_spec

CONNECTION = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
EXECUTION_API = "AIRFLOW__CORE__EXECUTION_API_SERVER_URL"
CAPACITIES: dict[str, dict[str, Any]] = {
    "fargate": {},
    "ec2": {"launch_type": "EC2"},
    "spot": {"capacity_providers": ("FARGATE_SPOT:4", "FARGATE:1")},
    "own capacity provider": {"capacity_providers": ("machines",)},
}


def made(airflow: int = 3, facts: Any = None, image: dict[str, Any] | None = None, **ecs: Any) -> Any:
    return task_definition(
        image_spec(airflow, **(image or {})), ecs_spec(**ecs), facts or image_facts(), PLACE
    )


def variables(definition: Any) -> dict[str, str]:
    (container,) = definition["containerDefinitions"]
    return {each["name"]: each["value"] for each in container["environment"]}


def secrets(definition: Any) -> dict[str, str]:
    (container,) = definition["containerDefinitions"]
    return {each["name"]: each["valueFrom"] for each in container.get("secrets", ())}


def test_the_whole_of_it() -> None:
    definition = made(
        remote_logs="s3://logs/airflow", tags={"team": "data", "env": "x"}, cpu=512, ephemeral_storage=50
    )
    assert definition == {
        "family": "airflow-ecs",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "512",
        "memory": "2048",
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "executionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/airflow-ecs-execution",
        "taskRoleArn": f"arn:aws:iam::{ACCOUNT}:role/airflow-ecs-task",
        "containerDefinitions": [
            {
                "name": "airflow",
                "image": IMAGE,
                "essential": True,
                "environment": [
                    {"name": EXECUTION_API, "value": API},
                    {
                        "name": "AIRFLOW__CORE__EXECUTOR",
                        "value": "LocalExecutor,airflow.providers.amazon.aws.executors.ecs.ecs_executor.AwsEcsExecutor",
                    },
                    {"name": "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER", "value": "s3://logs/airflow"},
                    {"name": "AIRFLOW__LOGGING__REMOTE_LOGGING", "value": "True"},
                    {"name": "AWS_DEFAULT_REGION", "value": "eu-central-1"},
                ],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": "/ecs/airflow-ecs",
                        "awslogs-region": "eu-central-1",
                        "awslogs-stream-prefix": "worker",
                        "mode": "non-blocking",
                        "max-buffer-size": "25m",
                    },
                },
                "stopTimeout": 120,
            }
        ],
        "ephemeralStorage": {"sizeInGiB": 50},
        "tags": [{"key": "env", "value": "x"}, {"key": "team", "value": "data"}],
    }


@pytest.mark.parametrize("airflow", [3, 2])
@pytest.mark.parametrize("capacity", CAPACITIES)
@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
def test_ecs_would_take_each_of_them(airflow: int, capacity: str, read_only: bool, architecture: str) -> None:
    paths = ("/opt/airflow/logs", "/tmp") if read_only else ()
    definition = made(
        airflow,
        image_facts(f"linux/{architecture}", *paths),
        secrets={"KEY": "/team/key"},
        **CAPACITIES[capacity],
    )
    validate(definition)
    kind = "FARGATE" if capacity in ("fargate", "spot") else "EC2"
    assert definition["requiresCompatibilities"] == [kind]
    assert json.dumps(definition) == json.dumps(
        made(
            airflow,
            image_facts(f"linux/{architecture}", *paths),
            secrets={"KEY": "/team/key"},
            **CAPACITIES[capacity],
        )
    )


def test_airflow_3_never_gets_the_database_and_airflow_2_never_the_execution_api() -> None:
    three, two = made(3), made(2)
    assert variables(three)[EXECUTION_API] == API
    assert secrets(three) == {}
    assert EXECUTION_API not in variables(two)
    assert secrets(two) == {CONNECTION: DATABASE, "AIRFLOW__CORE__FERNET_KEY": FERNET}
    for definition, other in itertools.product((three, two), (DATABASE, FERNET)):
        assert other not in variables(definition).values()


def test_what_a_worker_cannot_do_without_is_asked_for() -> None:
    with pytest.raises(SpecError, match=r"execution_api_server_url.*not set"):
        made(3, execution_api_server_url=None)
    with pytest.raises(SpecError, match=r"database_secret.*not set"):
        made(2, database_secret=None)


def test_variables_and_secrets_are_in_the_order_of_the_alphabet() -> None:
    definition = made(2, worker_environment={"B": "2", "A": "1"}, secrets={"Z": "/z", "A_SECRET_ARN": "/a"})
    assert list(variables(definition)) == sorted(variables(definition))
    assert list(secrets(definition)) == sorted(secrets(definition))


def test_roles_by_arn_stay_what_they_are() -> None:
    arn = "arn:aws:iam::210987654321:role/path/to/role"
    assert made(task_role=arn)["taskRoleArn"] == arn


def test_the_partition_is_that_of_the_region() -> None:
    china = Place("cn-north-1", ACCOUNT)
    definition = task_definition(image_spec(), ecs_spec(region="cn-north-1"), image_facts(), china)
    assert definition["taskRoleArn"] == f"arn:aws-cn:iam::{ACCOUNT}:role/airflow-ecs-task"
    assert variables(definition)["AWS_DEFAULT_REGION"] == "cn-north-1"


def test_a_read_only_image_gets_its_volumes() -> None:
    definition = made(facts=image_facts("linux/amd64", "/tmp", "/opt/airflow/logs", "/srv/our dags"))
    (container,) = definition["containerDefinitions"]
    assert container["readonlyRootFilesystem"] is True
    mounts = {each["containerPath"]: each["sourceVolume"] for each in container["mountPoints"]}
    assert mounts == {
        "/opt/airflow/logs": "opt-airflow-logs",
        "/srv/our dags": volume_name("/srv/our dags"),
        "/tmp": "tmp",
    }
    assert [each["name"] for each in definition["volumes"]] == sorted(mounts.values())
    assert all(each["readOnly"] is False for each in container["mountPoints"])


def test_every_volume_has_a_name_of_its_own_that_ecs_takes() -> None:
    paths = ["/tmp", "/é", "/ü", "/a b", "/a-b", "/" + "x" * 300]
    names = [volume_name(path) for path in paths]
    assert len(set(names)) == len(paths)
    assert all(1 <= len(name) <= 255 and name.replace("-", "").replace("_", "").isalnum() for name in names)
    assert all(name.isascii() for name in names)


def test_a_fetch_into_a_read_only_dag_folder_is_refused() -> None:
    facts = image_facts("linux/amd64", "/tmp", "/opt/airflow/logs")
    with pytest.raises(SpecError, match=r"S3_URI.*/opt/airflow/dags"):
        made(facts=facts, worker_environment={"S3_URI": "s3://bucket/dags"})
    made(facts=facts, worker_environment={"S3_URI": ""})
    made(
        facts=image_facts("linux/amd64", "/tmp", "/opt/airflow/dags"),
        worker_environment={"S3_URI": "s3://bucket/dags"},
    )


def test_what_contradicts_the_place_where_it_runs_is_refused() -> None:
    with pytest.raises(SpecError, match="mixes no providers"):
        made(capacity_providers=("FARGATE", "machines"))
    with pytest.raises(SpecError, match="ephemeral_storage"):
        made(launch_type="EC2", ephemeral_storage=30)
    with pytest.raises(SpecError, match="linux/s390x"):
        made(facts=image_facts("linux/s390x"))


def test_what_ecs_would_not_take_is_told_before_it_is_printed() -> None:
    definition = made()
    definition["containerDefinitions"][0]["stopTimeout"] = "120"
    definition["colour"] = "blue"
    with pytest.raises(SpecError) as refused:
        validate(definition)
    assert any("stopTimeout" in line for line in refused.value.details)
    assert any("colour" in line for line in refused.value.details)


def test_a_task_definition_that_is_larger_than_ecs_takes_is_refused() -> None:
    definition = made(worker_environment={"LARGE": "x" * 65_536})
    with pytest.raises(SpecError, match=r"65,536"):
        validate(definition)


@pytest.mark.parametrize(
    "change",
    [
        {"cpu": 2048, "memory": 4096},
        {"worker_environment": {"A": "2"}},
        {"worker_environment": {}},
        {"tags": {"team": "other"}},
        {"tags": {}},
        {"stop_timeout": 60},
        {"ephemeral_storage": 30},
        {"secrets": {"X": "/x"}},
    ],
)
def test_a_change_is_a_change(change: dict[str, Any]) -> None:
    before: dict[str, Any] = {"worker_environment": {"A": "1"}, "tags": {"team": "data"}, "cpu": 512}
    one = made(**before)
    assert same_content(one, made(**before))
    assert not same_content(one, made(**{**before, **change}))
    assert not same_content(made(**{**before, **change}), one)


def test_what_ecs_adds_and_its_order_are_no_change() -> None:
    ours = made(2, tags={"team": "data"}, facts=image_facts("linux/amd64", "/tmp"))
    theirs = json.loads(json.dumps(ours))
    (container,) = theirs["containerDefinitions"]
    container["environment"].reverse()
    container["secrets"].reverse()
    container |= {"cpu": 0, "portMappings": [], "volumesFrom": [], "systemControls": []}
    container["logConfiguration"]["secretOptions"] = []
    theirs["volumes"][0]["host"] = {}
    theirs |= {
        "taskDefinitionArn": f"arn:aws:ecs:eu-central-1:{ACCOUNT}:task-definition/airflow-ecs:7",
        "revision": 7,
        "status": "ACTIVE",
        "compatibilities": ["EC2", "FARGATE"],
        "requiresAttributes": [{"name": "ecs.capability.task-eni"}],
        "placementConstraints": [],
        "registeredAt": "2026-01-01",
        "registeredBy": "arn:aws:iam::1:root",
        "enableFaultInjection": False,
    }
    assert same_content(theirs, ours)
