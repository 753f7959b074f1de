"""Real containers stand for tasks: what goes into them, and what ECS says of their ends."""

from __future__ import annotations

from typing import Any

from airflow_ecs_image.engine import Engine
from tests.waiting import until

from .endpoint_container import EndpointContainer
from .stack_words import CLUSTER, IDLE, TASK_ROLE

OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage"


def the_container(task: dict[str, Any]) -> dict[str, Any]:
    (container,) = task["containers"]
    return dict(container)


def test_a_task_from_its_beginning_to_its_end(endpoint: EndpointContainer) -> None:
    arn = endpoint.run("plain", "echo words; exit 3")

    task = endpoint.stopped(arn)

    assert the_container(task)["exitCode"] == 3
    assert task["desiredStatus"] == "STOPPED"
    assert (task["stopCode"], task["stoppedReason"]) == (
        "EssentialContainerExited",
        "Essential container in task exited",
    )
    assert endpoint.log(arn) == "words"
    moments = [
        task[name]
        for name in ("createdAt", "pullStartedAt", "pullStoppedAt", "startedAt", "stoppingAt", "stoppedAt")
    ]
    assert moments == sorted(moments)
    assert task["executionStoppedAt"] == task["stoppingAt"]


def test_a_running_task_has_an_address_in_the_stack_s_network(endpoint: EndpointContainer) -> None:
    arn = endpoint.run("plain", f"hostname --all-ip-addresses; {IDLE}")
    task = endpoint.until_status(arn, "RUNNING")
    endpoint.until_logged(arn, ".")

    assert task["connectivity"] == "CONNECTED"
    (interface,) = the_container(task)["networkInterfaces"]
    (attachment,) = task["attachments"]
    details = {detail["name"]: detail["value"] for detail in attachment["details"]}
    assert attachment["status"] == "ATTACHED"
    assert details["privateIPv4Address"] == interface["privateIpv4Address"]
    assert interface["privateIpv4Address"] in endpoint.log(arn).split()
    endpoint.client().stop_task(cluster=CLUSTER, task=arn)


def test_overrides_and_environment(endpoint: EndpointContainer) -> None:
    environment = [{"name": "OWN", "value": "defined"}, {"name": "KEPT", "value": "defined"}]
    endpoint.register("environment", {"name": "main", "environment": environment}, taskRoleArn=TASK_ROLE)

    arn = endpoint.run(
        "environment",
        "env",
        overrides={
            "cpu": "512",
            "memory": "1024",
            "containerOverrides": [{"environment": [{"name": "OWN", "value": "overridden = 'x'"}]}],
        },
    )
    task = endpoint.stopped(arn)

    variables = dict(line.split("=", 1) for line in endpoint.log(arn).splitlines())
    assert variables.items() >= {
        ("OWN", "overridden = 'x'"),
        ("KEPT", "defined"),
        ("ADDED_BY_THE_STACK", "yes"),
        ("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_DEFAULT_REGION", "eu-central-1"),
    }
    assert variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"].startswith("/v2/credentials/")
    assert variables["ECS_CONTAINER_METADATA_URI_V4"].startswith("http://169.254.170.2/v4/")
    assert (task["cpu"], task["memory"]) == ("512", "1024")
    (container,) = endpoint.containers_of(arn)
    limits = container["HostConfig"]
    assert limits["NanoCpus"] == 500_000_000
    assert limits["Memory"] == limits["MemorySwap"] == 1024**3


def test_without_a_task_role_there_are_no_credentials(endpoint: EndpointContainer) -> None:
    arn = endpoint.run("plain", "env")
    endpoint.stopped(arn)

    assert "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" not in endpoint.log(arn)


def test_limits_of_a_container(endpoint: EndpointContainer) -> None:
    endpoint.register(
        "limits",
        {
            "name": "main",
            "cpu": 128,
            "memory": 256,
            "memoryReservation": 128,
            "ulimits": [{"name": "nofile", "softLimit": 1000, "hardLimit": 2000}],
            "linuxParameters": {"initProcessEnabled": True},
        },
    )

    arn = endpoint.run(
        "limits",
        "ulimit -Sn; ulimit -Hn; cat /proc/1/comm",
        overrides={"containerOverrides": [{"memory": 200}]},
    )
    endpoint.stopped(arn)

    assert endpoint.log(arn).splitlines() == ["1000", "2000", "docker-init"]
    (container,) = endpoint.containers_of(arn)
    limits = container["HostConfig"]
    assert (limits["CpuShares"], limits["NanoCpus"]) == (128, 250_000_000)
    assert (limits["Memory"], limits["MemoryReservation"]) == (200 * 1024**2, 128 * 1024**2)
    assert the_container(endpoint.task(arn))["memory"] == "200"


def test_what_a_container_definition_says_of_the_process(endpoint: EndpointContainer) -> None:
    endpoint.register(
        "process",
        {
            "name": "main",
            "user": "1234:0",
            "workingDirectory": "/var/lib",
            "entryPoint": ["bash", "-c"],
            "command": ["id -u; pwd; touch /no 2>&1 | grep -o Read-only; touch /volume/file && echo written"],
            "readonlyRootFilesystem": True,
            "mountPoints": [{"sourceVolume": "room", "containerPath": "/volume"}],
        },
        volumes=[{"name": "room"}],
    )

    arn = endpoint.run("process")
    endpoint.stopped(arn)

    # The volume belongs to root (ECS developer guide, "Use bind mounts"), and this user is not root.
    assert endpoint.log(arn).splitlines()[:3] == ["1234", "/var/lib", "Read-only"]
    assert "written" not in endpoint.log(arn)
    (container,) = endpoint.containers_of(arn)
    (mount,) = container["Mounts"]
    assert mount["Type"] == "volume"


def test_sigterm_is_heard(endpoint: EndpointContainer) -> None:
    arn = endpoint.run("plain", "trap 'echo heard; exit 5' TERM; echo ready; while :; do sleep 0.1; done")
    endpoint.until_logged(arn, "ready")

    answer = endpoint.client().stop_task(cluster=CLUSTER, task=arn, reason="enough of it")["task"]
    task = endpoint.stopped(arn)

    assert answer["desiredStatus"] == "STOPPED"
    assert endpoint.log(arn).splitlines() == ["ready", "heard"]
    assert the_container(task)["exitCode"] == 5
    assert (task["stopCode"], task["stoppedReason"]) == ("UserInitiated", "enough of it")


def test_sigkill_after_the_stop_timeout(endpoint: EndpointContainer) -> None:
    arn = endpoint.run("plain", "trap 'echo deaf' TERM; echo ready; while :; do sleep 0.1; done")
    endpoint.until_logged(arn, "ready")

    endpoint.client().stop_task(cluster=CLUSTER, task=arn)
    endpoint.until_status(arn, "STOPPING", "DEPROVISIONING", "STOPPED")
    task = endpoint.stopped(arn)

    assert "deaf" in endpoint.log(arn)
    assert the_container(task)["exitCode"] == 137
    assert task["executionStoppedAt"] > task["stoppingAt"]


def test_a_killed_container(endpoint: EndpointContainer) -> None:
    arn = endpoint.run("plain", IDLE)
    endpoint.until_status(arn, "RUNNING")
    (container,) = endpoint.containers_of(arn)

    Engine().docker("container", "kill", container["Id"])
    task = endpoint.stopped(arn)

    assert the_container(task)["exitCode"] == 137
    assert "reason" not in the_container(task)
    assert task["stopCode"] == "EssentialContainerExited"


def test_a_container_that_somebody_removed(endpoint: EndpointContainer) -> None:
    """Without an exit code the executor would take it for running, for ever."""
    arn = endpoint.run("plain", IDLE)
    endpoint.until_status(arn, "RUNNING")
    (container,) = endpoint.containers_of(arn)

    Engine().docker("container", "rm", "--force", container["Id"])

    assert the_container(endpoint.stopped(arn))["exitCode"] == 137


def test_out_of_memory(endpoint: EndpointContainer) -> None:
    endpoint.register("memory", {"name": "main", "memory": 32})

    # The shell itself takes the memory: what it is killed for is known by the engine alone.
    task = endpoint.stopped(endpoint.run("memory", 'x=$(head --bytes=200M /dev/zero | tr "\\0" x); echo $?'))

    assert the_container(task)["exitCode"] == 137
    assert the_container(task)["reason"] == OUT_OF_MEMORY
    assert task["stoppedReason"] == "Essential container in task exited"


def test_health(endpoint: EndpointContainer) -> None:
    check = {"command": ["CMD-SHELL", "[ -e /healthy ]"], "interval": 5, "retries": 1}
    endpoint.register("health", {"name": "main", "healthCheck": check})

    arn = endpoint.run("health", f"touch /healthy; {IDLE}")

    until(lambda: endpoint.task(arn)["healthStatus"] == "HEALTHY", "the result of the health check")
    assert the_container(endpoint.task(arn))["healthStatus"] == "HEALTHY"
    endpoint.client().stop_task(cluster=CLUSTER, task=arn)
    endpoint.stopped(arn)
