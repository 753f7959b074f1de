"""The admin API: faults, counters, tasks with their times, logs; and the endpoint's own log."""

from __future__ import annotations

import time
import urllib.error
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from airflow_ecs_image.engine import Engine
from airflow_ecs_image.local.endpoint.moments import epoch
from tests.waiting import until

from .endpoint_container import EndpointContainer, task_id
from .stack_words import CLUSTER, NETWORK, SECRET_ARN


@pytest.fixture
def faulty(endpoint: EndpointContainer) -> Iterator[EndpointContainer]:
    """The endpoint, without a fault in the end."""
    yield endpoint
    endpoint.faults()


def code(refused: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = refused.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_throttling(faulty: EndpointContainer) -> None:
    client = faulty.client()
    assert faulty.faults(throttle_per_second={"ListTasks": 0.01})["throttle_per_second"] == {
        "ListTasks": 0.01
    }
    before = faulty.get("/local/counters")["throttled"].get("ListTasks", 0)
    answers = []

    for _ in range(6):
        try:
            client.list_tasks(cluster=CLUSTER)
            answers.append("")
        except ClientError as error:
            answers.append(f"{error.response['Error']['Code']}: {error.response['Error']['Message']}")

    assert answers == ["", *["ThrottlingException: Rate exceeded"] * 5]
    throttled = faulty.get("/local/counters")["throttled"]["ListTasks"] - before
    assert throttled == 5
    client.list_clusters()


def test_boto3_s_own_retries_overcome_throttling(faulty: EndpointContainer) -> None:
    faulty.faults(errors={"ListTasks": ["ThrottlingException", "ServerException"]})

    answer = faulty.client(retries={"total_max_attempts": 3, "mode": "standard"}).list_tasks(cluster=CLUSTER)

    assert answer["ResponseMetadata"]["RetryAttempts"] == 2


def test_errors_on_demand_are_used_up(faulty: EndpointContainer) -> None:
    faulty.faults(errors={"ListTasks": ["ServerException", "AccessDeniedException"]})
    client = faulty.client()

    with pytest.raises(client.exceptions.ServerException) as first:
        client.list_tasks(cluster=CLUSTER)
    assert code(first) == ("ServerException", 500)
    assert faulty.get("/local/faults")["errors"] == {"ListTasks": ["AccessDeniedException"]}
    with pytest.raises(client.exceptions.AccessDeniedException):
        client.list_tasks(cluster=CLUSTER)
    client.list_tasks(cluster=CLUSTER)


def test_capacity_failures(faulty: EndpointContainer) -> None:
    faulty.faults(capacity_failures=2)
    known = len(faulty.get("/local/tasks")["tasks"])

    answer = faulty.client().run_task(
        cluster=CLUSTER, taskDefinition="plain", count=3, networkConfiguration=NETWORK
    )

    reason = (
        "Capacity is unavailable at this time. Please try again later or in a different availability zone"
    )
    assert [failure["reason"] for failure in answer["failures"]] == [reason] * 2
    assert len(answer["tasks"]) == 1
    assert len(faulty.get("/local/tasks")["tasks"]) == known + 1
    assert faulty.get("/local/faults")["capacity_failures"] == 0


def test_latency(faulty: EndpointContainer) -> None:
    faulty.faults(latency_seconds=0.5)
    client = faulty.client()

    began = time.monotonic()
    client.list_clusters()

    assert time.monotonic() - began >= 0.5
    assert faulty.get("/local/health")["ok"], "the admin API has no faults"


def test_a_call_that_boto3_repeats_runs_one_task(faulty: EndpointContainer) -> None:
    """It gives up waiting and calls again, with the same client token; the first call is still being answered."""
    impatient = faulty.client(read_timeout=0.2, retries={"total_max_attempts": 4, "mode": "standard"})
    answered = faulty.own_log().count(" RunTask")
    faulty.faults(latency_seconds=1.0)

    with pytest.raises(ReadTimeoutError):
        impatient.run_task(
            cluster=CLUSTER, taskDefinition="plain", networkConfiguration=NETWORK, startedBy="impatient"
        )

    until(lambda: faulty.own_log().count(" RunTask") == answered + 4, "the answers to all four calls")
    assert len(run_by(faulty, "impatient")) == 1


def run_by(endpoint: EndpointContainer, name: str) -> list[str]:
    tasks = endpoint.get("/local/tasks")["tasks"]
    return [task["taskArn"] for task in tasks if task.get("startedBy") == name]


@pytest.mark.parametrize("faults", [{"unknown": 1}, {"latency_seconds": "x"}, {"errors": ["RunTask"]}])
def test_what_is_no_fault(faulty: EndpointContainer, faults: dict[str, object]) -> None:
    with pytest.raises(urllib.error.HTTPError, match="400"):
        faulty.faults(**faults)


def test_tasks_and_their_times(endpoint: EndpointContainer) -> None:
    arn = endpoint.run("plain", "echo one; echo two >&2; printf unfinished")
    task = endpoint.stopped(arn)

    listed = endpoint.get("/local/tasks")["tasks"][-1]

    assert listed["taskArn"] == arn
    assert (listed["logGroup"], listed["logStream"]) == ("/ecs/airflow", f"worker/main/{task_id(arn)}")
    events = listed["events"]
    assert list(events) == ["run_task", "created", "started", "finished", "stopped"]
    assert list(events.values()) == sorted(events.values())
    assert events["started"] == pytest.approx(task["startedAt"].timestamp(), abs=0.001)
    moments = []
    for line in endpoint.read(f"/local/tasks/{task_id(arn)}/log").decode().splitlines():
        moment, _, text = line.partition(" ")
        assert text in {"one", "two", "unfinished"}
        assert len(moment) == len("2026-11-25T03:32:52.385906102Z")
        moments.append(epoch(moment))
    assert len(moments) == 3
    assert events["created"] < moments[0] < events["stopped"]


def test_awslogs_are_files(endpoint: EndpointContainer) -> None:
    arn = endpoint.run("plain", "echo kept")
    endpoint.stopped(arn)
    path = f"/state/logs/ecs/airflow/worker/main/{task_id(arn)}"

    file = Engine().docker("container", "exec", endpoint.container, "cat", path)
    (container,) = endpoint.containers_of(arn)
    Engine().docker("container", "rm", container["Id"])

    assert file.endswith(" kept\n")
    assert endpoint.read(f"/local/tasks/{task_id(arn)}/log").decode() == file


def test_what_is_not_there(endpoint: EndpointContainer) -> None:
    for path in ("/local/none", f"/local/tasks/{'0' * 32}/log", "/local/tasks/../health", "/"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            endpoint.read(path)


def test_its_own_log_holds_no_command_no_secret_and_no_token(endpoint: EndpointContainer) -> None:
    secrets = [{"name": "S", "valueFrom": f"{SECRET_ARN}:password::"}]
    endpoint.register("quiet", {"name": "main", "secrets": secrets}, taskRoleArn="arn:aws:iam::1" + "2" * 11
                      + ":role/r")  # fmt: skip
    good = endpoint.run(
        "quiet", "echo eyJhbGciOiJIUzUxMiJ9; echo $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI; sleep 1"
    )
    endpoint.register("broken", {"name": "main", "entryPoint": ["no-such-program"]})
    broken = endpoint.run("broken", "echo eyJhbGciOiJIUzUxMiJ9")
    for arn in (good, broken):
        endpoint.stopped(arn)
    with pytest.raises(ClientError):
        endpoint.run("quiet", "eyJhbGciOiJIUzUxMiJ9" * 500)

    log = endpoint.own_log()

    assert "RunTask" in log
    assert "RunTask InvalidParameterException" in log
    for word in ("eyJhbGciOiJIUzUxMiJ9", "not-in-any-log", "Traceback", endpoint.log(good).split()[-1]):
        assert word not in log
