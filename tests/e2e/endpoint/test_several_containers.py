"""Tasks of several containers."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from airflow_ecs_image.engine import Engine
from tests.waiting import until

from .endpoint_container import EndpointContainer
from .stack_words import CLUSTER, IDLE


def by_name(task: dict[str, object]) -> dict[str, dict[str, object]]:
    return {container["name"]: container for container in task["containers"]}  # type: ignore[attr-defined]


def test_they_share_a_network_and_volumes_and_start_in_order(endpoint: EndpointContainer) -> None:
    mount = {"mountPoints": [{"sourceVolume": "room", "containerPath": "/room"}]}
    endpoint.register(
        "several",
        {
            "name": "main",
            "dependsOn": [{"containerName": "side", "condition": "START"}],
            "command": [
                "bash",
                "-c",
                "until [ -p /room/pipe ]; do sleep 0.05; done; echo $HOSTNAME >/room/pipe; exit 4",
            ],
            **mount,
        },
        {
            "name": "side",
            "essential": False,
            "command": [
                "bash",
                "-c",
                "mkfifo /room/pipe; read name </room/pipe; [ $name = $HOSTNAME ] && echo same",
            ],
            **mount,
        },
        volumes=[{"name": "room"}],
    )

    arn = endpoint.run("several")
    task = endpoint.stopped(arn)

    assert {name: one["exitCode"] for name, one in by_name(task).items()} == {"main": 4, "side": 0}
    assert endpoint.log(arn) == "same"
    assert task["stopCode"] == "EssentialContainerExited"
    names = [container["Name"] for container in endpoint.containers_of(arn)]
    assert sorted(name.rpartition("-")[2] for name in names) == ["main", "side"]


def test_the_end_of_an_essential_one_ends_the_others(endpoint: EndpointContainer) -> None:
    endpoint.register(
        "essential",
        {"name": "main", "command": ["bash", "-c", "exit 0"]},
        {"name": "side", "command": ["sleep", "infinity"]},
    )

    task = endpoint.stopped(endpoint.run("essential"))

    assert {name: one["exitCode"] for name, one in by_name(task).items()} == {"main": 0, "side": 137}
    assert task["stoppedReason"] == "Essential container in task exited"


def test_the_end_of_another_does_not(endpoint: EndpointContainer) -> None:
    endpoint.register(
        "other",
        {"name": "main", "command": ["bash", "-c", IDLE]},
        {"name": "side", "essential": False, "command": ["bash", "-c", "exit 6"]},
    )
    arn = endpoint.run("other")
    endpoint.until_status(arn, "RUNNING")

    def side_ended() -> bool:
        return by_name(endpoint.task(arn))["side"].get("exitCode") == 6

    until(side_ended, "the end of the container that is not essential")
    assert endpoint.task(arn)["desiredStatus"] == "RUNNING"
    endpoint.client().stop_task(cluster=CLUSTER, task=arn)
    assert by_name(endpoint.stopped(arn))["main"]["exitCode"] == 0


def test_shared_volumes_go_with_the_task(endpoint: EndpointContainer) -> None:
    mount = {"mountPoints": [{"sourceVolume": "room", "containerPath": "/room"}]}
    endpoint.register(
        "volumes",
        {"name": "main", "command": ["no-such-program"], **mount},
        {"name": "side", **mount},
        volumes=[{"name": "room"}],
    )

    arn = endpoint.run("volumes")
    endpoint.stopped(arn)

    assert arn.rpartition("/")[2] not in Engine().docker("volume", "ls", "--quiet")
    assert endpoint.containers_of(arn) == []


def test_what_is_not_supported_is_refused_with_its_name(endpoint: EndpointContainer) -> None:
    endpoint.register(
        "unsupported",
        {"name": "main", "dependsOn": [{"containerName": "side", "condition": "SUCCESS"}]},
        {"name": "side", "essential": False},
    )

    with pytest.raises(ClientError, match="container 'main': dependsOn SUCCESS") as refused:
        endpoint.run("unsupported")

    assert refused.value.response["Error"]["Code"] == "UnsupportedFeatureException"
