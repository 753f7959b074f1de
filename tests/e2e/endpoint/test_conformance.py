"""Every operation through real boto3; `conformance` compares each answer with the model."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from .endpoint_container import EndpointContainer
from .stack_words import ACCOUNT, CLUSTER, EXECUTION_ROLE, IDLE, NETWORK, REGION, definition

PREFIX = f"arn:aws:ecs:{REGION}:{ACCOUNT}"
ALWAYS = {
    *("attachments", "attributes", "availabilityZone", "clusterArn", "containers", "cpu", "createdAt"),
    *("desiredStatus", "enableExecuteCommand", "ephemeralStorage", "group", "healthStatus", "lastStatus"),
    *("launchType", "memory", "overrides", "platformFamily", "platformVersion", "tags", "taskArn"),
    *("taskDefinitionArn", "version", "fargateEphemeralStorage"),
}
"""What DescribeTasks answers of a Fargate task in any state (AWS CLI reference, describe-tasks: examples)."""

WHEN_STARTED = {"connectivity", "connectivityAt", "pullStartedAt", "pullStoppedAt", "startedAt"}
WHEN_STOPPED = {"executionStoppedAt", "stopCode", "stoppedAt", "stoppedReason", "stoppingAt"}


def refusal(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    found = error.value.response["Error"]
    return found["Code"], found["Message"]


def test_the_health_check_of_the_executor(endpoint: EndpointContainer) -> None:
    client = endpoint.client()

    with pytest.raises(client.exceptions.InvalidParameterException) as refused:
        client.stop_task(cluster=CLUSTER, task="a" * 32)

    assert refusal(refused)[1] == "The referenced task was not found."
    with pytest.raises(client.exceptions.ClusterNotFoundException) as refused:
        client.stop_task(cluster="other", task="a" * 32)
    assert refusal(refused)[1] == "Cluster not found."


def test_clusters(endpoint: EndpointContainer) -> None:
    client = endpoint.client()

    answer = client.describe_clusters(clusters=[CLUSTER, f"{PREFIX}:cluster/{CLUSTER}", "none"])

    first, second = answer["clusters"]
    assert first == second
    assert (first["clusterName"], first["status"]) == (CLUSTER, "ACTIVE")
    assert first["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    assert first["defaultCapacityProviderStrategy"] == []
    assert answer["failures"] == [{"arn": f"{PREFIX}:cluster/none", "reason": "MISSING"}]
    assert client.list_clusters()["clusterArns"] == [f"{PREFIX}:cluster/{CLUSTER}"]
    assert client.describe_clusters()["failures"][0]["arn"].endswith("/default")


def test_a_task_in_each_of_its_states(endpoint: EndpointContainer) -> None:
    arn = endpoint.run(
        "plain",
        IDLE,
        startedBy="me",
        group="mine",
        enableExecuteCommand=False,
        platformVersion="1.4.0",
    )
    running = endpoint.until_status(arn, "RUNNING")
    endpoint.client().stop_task(cluster=CLUSTER, task=arn, reason="seen")
    stopped = endpoint.stopped(arn)

    assert running.keys() == ALWAYS | WHEN_STARTED | {"startedBy"}
    assert stopped.keys() == ALWAYS | WHEN_STARTED | WHEN_STOPPED | {"startedBy"}
    assert (stopped["startedBy"], stopped["group"]) == ("me", "mine")
    assert (stopped["launchType"], stopped["platformVersion"]) == ("FARGATE", "1.4.0")
    assert stopped["version"] > running["version"]
    assert stopped["createdAt"].timestamp() < stopped["stoppedAt"].timestamp()
    (container,) = stopped["containers"]
    assert container.keys() == {
        *(
            "containerArn",
            "cpu",
            "exitCode",
            "healthStatus",
            "image",
            "lastStatus",
            "name",
            "networkBindings",
        ),
        *("networkInterfaces", "runtimeId", "taskArn"),
    }
    (override,) = stopped["overrides"]["containerOverrides"]
    assert override == {"name": "main", "command": ["bash", "-c", IDLE]}


def test_a_task_definition_comes_back_as_it_was_given(endpoint: EndpointContainer) -> None:
    client = endpoint.client()
    given = definition(
        "given",
        {
            "name": "main",
            "environment": [{"name": "A", "value": "1"}],
            "healthCheck": {"command": ["CMD-SHELL", "true"]},
            "stopTimeout": 120,
        },
        image=endpoint.image,
        cpu=".5 vCPU",
        memory="1 GB",
        taskRoleArn=EXECUTION_ROLE,
        ephemeralStorage={"sizeInGiB": 30},
        runtimePlatform={"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        volumes=[{"name": "room"}],
        tags=[{"key": "team", "value": "data"}],
    )

    first = client.register_task_definition(**given)
    second = client.register_task_definition(**given)

    made = first["taskDefinition"]
    assert (made["family"], made["revision"], made["status"]) == ("given", 1, "ACTIVE")
    assert second["taskDefinition"]["taskDefinitionArn"] == f"{PREFIX}:task-definition/given:2"
    assert first["tags"] == [{"key": "team", "value": "data"}]
    assert (made["cpu"], made["memory"]) == ("512", "1024")
    assert made["compatibilities"] == ["EC2", "FARGATE"]
    unchanged = set(given) - {"containerDefinitions", "cpu", "memory", "tags", "volumes"}
    assert {name: made[name] for name in unchanged} == {name: given[name] for name in unchanged}
    (container,) = made["containerDefinitions"]
    assert container.items() >= given["containerDefinitions"][0].items()
    assert (container["essential"], container["cpu"], container["portMappings"]) == (True, 0, [])
    described = client.describe_task_definition(taskDefinition="given", include=["TAGS"])
    assert described["taskDefinition"] == second["taskDefinition"]
    assert described["tags"] == first["tags"]
    assert "tags" not in client.describe_task_definition(taskDefinition="given:1")


def test_an_inactive_task_definition_is_not_run(endpoint: EndpointContainer) -> None:
    client = endpoint.client()
    first = endpoint.register("inactive")
    second = endpoint.register("inactive")

    assert client.deregister_task_definition(taskDefinition=second)["taskDefinition"]["status"] == "INACTIVE"

    assert client.describe_task_definition(taskDefinition="inactive")["taskDefinition"]["revision"] == 1
    assert client.list_task_definitions(familyPrefix="inactive")["taskDefinitionArns"] == [first]
    listed = client.list_task_definitions(familyPrefix="inactive", status="INACTIVE", sort="DESC")
    assert listed["taskDefinitionArns"] == [second]
    with pytest.raises(client.exceptions.ClientException, match="TaskDefinition is inactive"):
        endpoint.run(second)
    with pytest.raises(client.exceptions.ClientException, match="Unable to describe task definition"):
        client.describe_task_definition(taskDefinition="none")


def test_tasks_are_listed_in_pages(endpoint: EndpointContainer) -> None:
    client = endpoint.client()
    endpoint.register("pages")
    arns = [endpoint.run("pages", IDLE, startedBy="pages") for _ in range(3)]

    pages = client.get_paginator("list_tasks").paginate(
        cluster=CLUSTER, startedBy="pages", PaginationConfig={"PageSize": 2}
    )
    listed = [page["taskArns"] for page in pages]

    assert [len(page) for page in listed] == [2, 1]
    assert [arn for page in listed for arn in page] == arns
    assert client.list_tasks(cluster=CLUSTER, family="pages", launchType="EC2")["taskArns"] == []
    for arn in arns:
        client.stop_task(cluster=CLUSTER, task=arn)
    for arn in arns:
        endpoint.stopped(arn)
    assert client.list_tasks(cluster=CLUSTER, family="pages")["taskArns"] == []
    assert client.list_tasks(cluster=CLUSTER, family="pages", desiredStatus="STOPPED")["taskArns"] == arns


def test_a_hundred_tasks_are_described_at_once(endpoint: EndpointContainer) -> None:
    client = endpoint.client()
    unknown = [f"{number:032x}" for number in range(100)]

    answer = client.describe_tasks(cluster=CLUSTER, tasks=unknown)

    assert answer["tasks"] == []
    assert [failure["reason"] for failure in answer["failures"]] == ["MISSING"] * 100
    assert answer["failures"][7]["arn"] == f"{PREFIX}:task/{CLUSTER}/{unknown[7]}"
    with pytest.raises(client.exceptions.InvalidParameterException, match="more than 100"):
        client.describe_tasks(cluster=CLUSTER, tasks=[*unknown, "f" * 32])
    assert endpoint.get("/local/counters")["describe_tasks_largest"] == 100


def test_a_client_token_runs_once(endpoint: EndpointContainer) -> None:
    client = endpoint.client()
    request = {
        "cluster": CLUSTER,
        "taskDefinition": "plain",
        "networkConfiguration": NETWORK,
        "clientToken": "once",
    }

    first, again = client.run_task(**request), client.run_task(**request)

    arns = [task["taskArn"] for task in first["tasks"]]
    assert [task["taskArn"] for task in again["tasks"]] == arns
    with pytest.raises(client.exceptions.ConflictException) as refused:
        client.run_task(**request, startedBy="another")
    assert refused.value.response["resourceIds"] == arns


def test_boto3_itself_sees_to_what_is_required(endpoint: EndpointContainer) -> None:
    with pytest.raises(ParamValidationError, match="taskDefinition"):
        endpoint.client().run_task(cluster=CLUSTER)
