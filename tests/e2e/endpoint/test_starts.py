"""Tasks that cannot start, and what they need to: images, programs, secrets."""

from __future__ import annotations

from typing import Any

import pytest

from .endpoint_container import EndpointContainer
from .stack_words import SECRET_ARN


def assert_failed_to_start(task: dict[str, Any], reason: str) -> None:
    """What the executor knows by: STOPPED, and never started."""
    assert (task["stopCode"], task["desiredStatus"]) == ("TaskFailedToStart", "STOPPED")
    assert reason in task["stoppedReason"]
    assert "startedAt" not in task
    assert all("exitCode" not in container for container in task["containers"])


def test_an_image_that_is_not_there(endpoint: EndpointContainer) -> None:
    endpoint.register("missing", {"name": "main", "image": "registry.example/none:1"})

    task = endpoint.stopped(endpoint.run("missing"))

    assert_failed_to_start(task, "CannotPullContainerError")
    assert "registry.example/none:1: not found" in task["containers"][0]["reason"]


def test_another_processor_s_image(endpoint: EndpointContainer) -> None:
    endpoint.register("arm", runtimePlatform={"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"})

    task = endpoint.stopped(endpoint.run("arm"))

    assert_failed_to_start(task, "image Manifest does not contain descriptor matching platform 'linux/arm64'")
    assert task["attributes"] == [{"name": "ecs.cpu-architecture", "value": "arm64"}]


def test_a_program_that_is_not_there(endpoint: EndpointContainer) -> None:
    endpoint.register("program", {"name": "main", "command": ["no-such-program"]})

    task = endpoint.stopped(endpoint.run("program"))

    assert_failed_to_start(task, "CannotStartContainerError: Error response from daemon")
    assert "no-such-program" in task["stoppedReason"]


def test_secrets(endpoint: EndpointContainer) -> None:
    endpoint.register(
        "secrets",
        {
            "name": "main",
            "secrets": [
                {"name": "WHOLE", "valueFrom": SECRET_ARN},
                {"name": "PASSWORD", "valueFrom": f"{SECRET_ARN}:password::"},
                {"name": "CONNECTION", "valueFrom": "/local/connection"},
            ],
        },
    )

    arn = endpoint.run("secrets", "echo $CONNECTION ${#PASSWORD} $WHOLE")
    endpoint.stopped(arn)

    assert endpoint.log(arn) == 'postgresql:// 14 {"user": "airflow", "password": "not-in-any-log"}'


@pytest.mark.parametrize(
    "source", ["/local/none", f"{SECRET_ARN}:none::", SECRET_ARN.replace("local-", "other-")]
)
def test_a_secret_that_is_not_there(endpoint: EndpointContainer, source: str) -> None:
    endpoint.register("no-secret", {"name": "main", "secrets": [{"name": "S", "valueFrom": source}]})

    task = endpoint.stopped(endpoint.run("no-secret"))

    assert_failed_to_start(task, "ResourceInitializationError: unable to pull secrets or registry auth")


def test_nothing_is_left_of_a_task_that_could_not_start(endpoint: EndpointContainer) -> None:
    endpoint.register("nothing", {"name": "main", "command": ["no-such-program"]})
    arn = endpoint.run("nothing")
    endpoint.stopped(arn)

    assert endpoint.containers_of(arn) == []
