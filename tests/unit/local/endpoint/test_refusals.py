"""What ECS refuses, by real boto3: codes and words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .in_process import ACCOUNT, CLUSTER, CONTAINER, DEFINITION, NETWORK, REGION, ROLE, serving

INVALID, CLIENT = "InvalidParameterException", "ClientException"
TWO = [CONTAINER, {"name": "side", "image": "image:1"}]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with serving(tmp_path_factory.mktemp("state")) as (_, found):
        found.register_task_definition(**DEFINITION)
        found.register_task_definition(
            **{**DEFINITION, "family": "machines", "requiresCompatibilities": ["EC2"], "memory": "300"}
        )
        found.register_task_definition(family="bridge", containerDefinitions=[{**CONTAINER, "memory": 128}])
        yield found


def container(**members: Any) -> dict[str, Any]:
    return {"containerDefinitions": [{**CONTAINER, **members}]}


def overrides(**members: Any) -> dict[str, Any]:
    return {"overrides": {"containerOverrides": [{"name": "main", **members}]}}


def vpc(**members: Any) -> dict[str, Any]:
    return {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-0a"], **members}}}


REGISTER: list[tuple[dict[str, Any], str, str]] = [
    ({"memory": "8192"}, CLIENT, "No Fargate configuration exists for given values: 256 CPU, 8192 memory."),
    ({"cpu": "300"}, CLIENT, "No Fargate configuration exists for given values: 300 CPU"),
    ({"cpu": "much"}, CLIENT, "Invalid 'cpu' setting"),
    ({"cpu": ""}, CLIENT, "Fargate requires that 'cpu' be defined at the task level."),
    ({"memory": ""}, CLIENT, "At least one of 'memory' or 'memoryReservation'"),
    ({"networkMode": "bridge"}, CLIENT, "Fargate only supports network mode ‘awsvpc’."),
    ({"family": "with space"}, CLIENT, "Family 'with space'"),
    ({"family": "f" * 256}, CLIENT, "too long"),
    ({"taskRoleArn": "arn:aws:iam::1:role"}, CLIENT, "Role is not valid"),
    ({"executionRoleArn": "role"}, CLIENT, "Role is not valid"),
    ({"ephemeralStorage": {"sizeInGiB": 20}}, CLIENT, "between 21 and 200"),
    ({"ephemeralStorage": {"sizeInGiB": 201}}, CLIENT, "between 21 and 200"),
    ({"containerDefinitions": []}, CLIENT, "Container list cannot be empty."),
    (container(name=""), CLIENT, "Container.name should not be null or empty."),
    (container(name="a.b"), CLIENT, "Invalid 'name' setting"),
    (container(image=""), CLIENT, "Container.image should not be null or empty."),
    (container(essential=False), CLIENT, "at least one essential container"),
    ({"containerDefinitions": [CONTAINER, CONTAINER]}, CLIENT, "'main' is used more than once"),
    (container(memory=513), CLIENT, "'memory' value must be lower or equal"),
    (container(cpu=257), CLIENT, "'cpu' value must be lower or equal"),
    (container(memory=100, memoryReservation=200), CLIENT, "must be greater than 'memoryReservation'"),
    (container(stopTimeout=1), CLIENT, "Invalid 'stopTimeout'"),
    (container(stopTimeout=121), CLIENT, "Invalid 'stopTimeout'"),
    (
        container(mountPoints=[{"sourceVolume": "none", "containerPath": "/a"}]),
        CLIENT,
        "Unknown volume 'none'",
    ),
    (container(dependsOn=[{"containerName": "none", "condition": "START"}]), CLIENT, "Invalid 'dependsOn'"),
    (container(privileged=True), CLIENT, "privileged"),
    (container(logConfiguration={"logDriver": "syslog"}), CLIENT, "log driver 'syslog'"),
    (container(logConfiguration={"logDriver": "stdout"}), INVALID, "should be one of"),
    (
        {**container(logConfiguration={"logDriver": "awslogs"}), "executionRoleArn": ""},
        CLIENT,
        "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
    ),
    (
        {**container(secrets=[{"name": "S", "valueFrom": "v"}]), "executionRoleArn": ""},
        CLIENT,
        "you must also specify a value for 'executionRoleArn'",
    ),
    (
        container(environment=[{"name": "S", "value": "1"}], secrets=[{"name": "S", "valueFrom": "v"}]),
        CLIENT,
        "The secret name must be unique",
    ),
    ({"volumes": [{"name": "a", "host": {"sourcePath": "/etc"}}]}, CLIENT, "volumes of the host"),
    ({"tags": [{"key": "aws:a", "value": "b"}]}, INVALID, "cannot start with 'aws:'"),
    ({"requiresCompatibilities": ["LAMBDA"]}, INVALID, "should be one of"),
]

RUN: list[tuple[dict[str, Any], str, str]] = [
    ({"cluster": "none"}, "ClusterNotFoundException", "Cluster not found."),
    ({"taskDefinition": "none"}, CLIENT, "TaskDefinition not found."),
    ({"taskDefinition": "plain:9"}, CLIENT, "TaskDefinition not found."),
    ({"taskDefinition": "plain:x"}, CLIENT, "Invalid revision number. Number: x"),
    ({"count": 11}, INVALID, "between 1 and 10"),
    ({"count": 0}, INVALID, "between 1 and 10"),
    ({"launchType": "FARGET"}, INVALID, "should be one of"),
    ({"launchType": "FARGATE", "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT"}]}, INVALID,
     "Specifying both a launch type and capacity provider strategy is not supported."),
    ({"capacityProviderStrategy": [{"capacityProvider": "FARGATE"}, {"capacityProvider": "machines"}]}, INVALID,
     "cannot contain a mix"),
    ({"platformVersion": "1.9.9"}, "PlatformUnknownException", "The specified platform does not exist."),
    ({"launchType": "EC2", "platformVersion": "LATEST"}, INVALID,
     "The platform version must be null when specifying an EC2 launch type."),
    ({"launchType": "EC2", **vpc(assignPublicIp="ENABLED")}, INVALID,
     "Assign public IP is not supported for this launch type."),
    ({"taskDefinition": "machines", "launchType": "FARGATE"}, INVALID,
     "Task definition does not support launch_type FARGATE."),
    ({"networkConfiguration": {}}, INVALID,
     "Network Configuration must be provided when networkMode 'awsvpc' is specified."),
    (vpc(subnets=[]), INVALID, "subnets can not be empty."),
    (vpc(subnets=["subnet-0a"] * 17), INVALID, "subnets can have at most 16 items."),
    (vpc(securityGroups=["sg-0a"] * 6), INVALID, "securityGroups can have at most 5 items."),
    ({"taskDefinition": "bridge", "launchType": "EC2"}, INVALID, "Network Configuration is not valid"),
    ({"overrides": {"containerOverrides": [{"name": "other", "command": ["a"]}]}}, INVALID,
     "Override for container named other is not a container in the TaskDefinition."),
    ({"overrides": {"cpu": "256", "memory": "4096"}}, INVALID, "No Fargate configuration exists"),
    ({"overrides": {"cpu": "1024"}}, INVALID, "given values: 1024 CPU, 512 memory"),
    ({"overrides": {"cpu": "many"}}, INVALID, "Invalid 'cpu' setting"),
    ({"overrides": {"taskRoleArn": "role"}}, CLIENT, "Role is not valid"),
    (overrides(memory=1024), CLIENT, "'memory' value must be lower or equal"),
    (overrides(command=["a" * 8192]), INVALID, "Container Overrides length must be at most 8192"),
    ({"tags": [{"key": "a", "value": "b"}] * 2}, INVALID, "Duplicate tag keys"),
    ({"tags": [{"key": f"k{number}", "value": ""} for number in range(51)]}, INVALID, "at most 50"),
    ({"tags": [{"key": "a", "value": "b" * 257}]}, INVALID, "at most 256"),
    ({"tags": [{"key": "a", "value": "b$"}]}, INVALID, "invalid characters"),
    ({"startedBy": "a" * 129}, INVALID, "startedBy"),
    ({"clientToken": "a" * 65}, INVALID, "clientToken"),
    ({"propagateTags": "EVERY"}, INVALID, "should be one of"),
]  # fmt: skip


def assert_refused(error: pytest.ExceptionInfo[ClientError], code: str, words: str) -> None:
    found = error.value.response["Error"]
    assert found["Code"] == code
    assert words in found["Message"]


@pytest.mark.parametrize(("change", "code", "words"), REGISTER)
def test_register_task_definition(client: Any, change: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(ClientError) as refused:
        client.register_task_definition(**{**DEFINITION, **change})

    assert_refused(refused, code, words)


@pytest.mark.parametrize(("change", "code", "words"), RUN)
def test_run_task(client: Any, change: dict[str, Any], code: str, words: str) -> None:
    request = {"cluster": CLUSTER, "taskDefinition": "plain", "networkConfiguration": NETWORK, **change}

    with pytest.raises(ClientError) as refused:
        client.run_task(**request)

    assert_refused(refused, code, words)
    assert client.list_tasks(cluster=CLUSTER)["taskArns"] == []


@pytest.mark.parametrize(
    ("operation", "request_", "code", "words"),
    [
        ("describe_tasks", {"cluster": CLUSTER, "tasks": []}, INVALID, "Tasks cannot be empty."),
        ("describe_tasks", {"cluster": "none", "tasks": ["a"]}, "ClusterNotFoundException", "Cluster not found."),
        ("describe_tasks", {"cluster": CLUSTER, "tasks": ["short"]}, INVALID, "length should be one of"),
        ("stop_task", {"cluster": CLUSTER, "task": "short"}, INVALID, "length should be one of"),
        (
            "stop_task",
            {"cluster": CLUSTER, "task": f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/second/{'a' * 32}"},
            INVALID,
            "Identifier is for cluster second. Your cluster is airflow-ecs",
        ),
        ("list_tasks", {"cluster": CLUSTER, "maxResults": 101}, INVALID, "maxResults"),
        ("list_tasks", {"cluster": CLUSTER, "nextToken": "x"}, INVALID, "token"),
        ("deregister_task_definition", {"taskDefinition": "plain"}, CLIENT, "revision"),
        ("deregister_task_definition", {"taskDefinition": "none:1"}, CLIENT, "does not exist"),
        ("describe_clusters", {"clusters": ["c"] * 101}, INVALID, "more than 100"),
    ],
)  # fmt: skip
def test_others(client: Any, operation: str, request_: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**request_)

    assert_refused(refused, code, words)


def test_the_longest_overrides_are_taken(tmp_path: Any) -> None:
    with serving(tmp_path) as (_, client):
        client.register_task_definition(**DEFINITION)
        empty = {"containerOverrides": [{"name": "main", "command": [""]}]}
        rest = 8192 - len(json.dumps(empty, separators=(",", ":")))

        answer = client.run_task(
            cluster=CLUSTER,
            taskDefinition="plain",
            networkConfiguration=NETWORK,
            **overrides(command=["a" * rest]),
        )

        assert len(answer["tasks"]) == 1


def test_what_is_right_is_taken(tmp_path: Any) -> None:
    """Each of these stands beside one above that is refused."""
    with serving(tmp_path) as (_, client):
        client.register_task_definition(
            **{
                **DEFINITION,
                "taskRoleArn": ROLE,
                "ephemeralStorage": {"sizeInGiB": 21},
                **container(memory=512),
            }
        )
        for change in (
            {"count": 10},
            {"capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]},
            {"capacityProviderStrategy": [{"capacityProvider": "machines"}], "platformVersion": "LATEST"},
            {"launchType": "FARGATE", "platformVersion": "1.4.0", **vpc(assignPublicIp="ENABLED")},
            {"launchType": "EC2"},
            vpc(subnets=["subnet-0a"] * 16, securityGroups=["sg-0a"] * 5),
            {"overrides": {"cpu": "1 vCPU", "memory": "2GB"}},
            {"overrides": {"taskRoleArn": ROLE, "ephemeralStorage": {"sizeInGiB": 100}}},
            {"tags": [{"key": "a" * 128, "value": "b" * 256}]},
        ):
            request = {
                "cluster": CLUSTER,
                "taskDefinition": "plain",
                "networkConfiguration": NETWORK,
                **change,
            }
            answer = client.run_task(**request)
            assert len(answer["tasks"]) == change.get("count", 1)
            assert answer["failures"] == []
