"""The endpoint ends, and comes back: no task is lost, none is run twice, none is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_ecs_image.engine import Engine
from tests.image.worker_images import WorkerImage
from tests.waiting import until

from .endpoint_container import EndpointContainer, endpoint_container, task_id
from .stack_words import CLUSTER, IDLE, awslogs


@pytest.fixture
def single(worker_image: WorkerImage, debian: str, tmp_path: Path) -> Iterator[EndpointContainer]:
    """An endpoint with one slot."""
    with endpoint_container(tmp_path, own_image=worker_image.tag, task_image=debian, slots=1) as running:
        running.register("plain", {"name": "main", "logConfiguration": awslogs()})
        yield running


def start(endpoint: EndpointContainer) -> None:
    endpoint.docker("container", "start")
    endpoint.until_ready()


def let_go(container: str) -> None:
    """Make the file that the container waits for, and do not wait: its end would take an answer along."""
    Engine().docker("container", "exec", "--detach", container, "touch", "/go")


def exit_code(task: dict[str, object]) -> object:
    (container,) = task["containers"]  # type: ignore[misc]
    return container["exitCode"]  # type: ignore[has-type]


def test_killed_while_tasks_run_and_wait(single: EndpointContainer) -> None:
    ended = single.run("plain", "echo first; exit 1")
    single.stopped(ended)
    running = single.run("plain", "echo second; until [ -e /go ]; do sleep 0.1; done; exit 2")
    waiting = single.run("plain", "echo third; exit 3")
    last = single.run("plain", "echo fourth; exit 4", tags=[{"key": "a", "value": "b"}])
    single.register("missing", {"name": "main", "image": "none:1"})
    never = single.run("missing")
    single.until_status(running, "RUNNING")
    before = {arn: single.task(arn) for arn in (ended, running, waiting, last, never)}
    assert before[waiting]["lastStatus"] == before[last]["lastStatus"] == "PROVISIONING"

    single.docker("container", "kill")
    (container,) = single.containers_of(running)
    let_go(container["Id"])
    Engine().docker("container", "wait", container["Id"])
    (dead,) = single.containers_of(running)
    start(single)

    for arn, code in ((running, 2), (waiting, 3), (last, 4)):
        assert exit_code(single.stopped(arn)) == code
    assert single.task(ended) == before[ended]
    after = single.task(running)
    assert after["createdAt"] == before[running]["createdAt"]
    assert after["startedAt"] == before[running]["startedAt"]
    assert f"{after['executionStoppedAt'].timestamp():.3f}"[:-1] in _epoch(dead["State"]["FinishedAt"])
    assert single.task(last)["tags"] == [{"key": "a", "value": "b"}]
    assert single.task(waiting)["startedAt"] < single.task(last)["startedAt"]
    assert single.stopped(never)["stopCode"] == "TaskFailedToStart"
    assert [single.log(arn) for arn in (ended, running, waiting, last)] == [
        "first",
        "second",
        "third",
        "fourth",
    ]


def _epoch(moment: str) -> str:
    from airflow_ecs_image.local.endpoint.moments import epoch

    return f"{epoch(moment):.3f}"


def test_all_that_labels_hold_outlives_the_state(single: EndpointContainer) -> None:
    running = single.run("plain", "until [ -e /go ]; do sleep 0.1; done; exit 2")
    waiting = single.run("plain", "exit 3", startedBy="me")
    cancelled = single.run("plain", "echo never")
    single.client().stop_task(cluster=CLUSTER, task=cancelled)
    single.until_status(running, "RUNNING")

    single.docker("container", "kill")
    Engine().docker("container", "run", "--rm", "--volume", f"{single.stack}-state:/state", single.image,
                    *("bash", "-c", "rm -r /state/*"))  # fmt: skip
    start(single)

    # It goes on running: the state said nothing, its container did.
    assert single.task(running)["lastStatus"] in {"PROVISIONING", "RUNNING"}
    single.until_status(running, "RUNNING")
    assert single.task(waiting)["startedBy"] == "me"
    (container,) = single.containers_of(running)
    let_go(container["Id"])
    assert exit_code(single.stopped(running)) == 2
    assert exit_code(single.stopped(waiting)) == 3
    described = single.client().describe_tasks(cluster=CLUSTER, tasks=[cancelled])
    assert [failure["reason"] for failure in described["failures"]] == ["MISSING"]
    # Tasks carry their task definition, so that it can be run again.
    assert exit_code(single.stopped(single.run("plain", "exit 5"))) == 5


def test_a_stop_that_was_asked_for_is_carried_out(single: EndpointContainer) -> None:
    arn = single.run("plain", "trap 'echo deaf' TERM; echo ready; while :; do sleep 0.1; done")
    single.until_logged(arn, "ready")

    single.client().stop_task(cluster=CLUSTER, task=arn, reason="before the kill")
    single.docker("container", "kill")
    start(single)
    task = single.stopped(arn)

    assert exit_code(task) == 137
    assert (task["stopCode"], task["stoppedReason"]) == ("UserInitiated", "before the kill")


def test_a_stop_that_was_written_down_and_no_more(single: EndpointContainer) -> None:
    """The kill came after the record and before the engine was told."""
    arn = single.run("plain", IDLE)
    single.until_status(arn, "RUNNING")
    single.docker("container", "kill")
    change = """s/"desired_status":"RUNNING"/"desired_status":"STOPPED"/"""
    Engine().docker(
        *("container", "run", "--rm", "--volume", f"{single.stack}-state:/state", single.image),
        *("sed", "--in-place", change, f"/state/tasks/{task_id(arn)}.json"),
    )

    start(single)

    assert exit_code(single.stopped(arn)) == 0


def test_a_container_that_is_gone_when_it_comes_back(single: EndpointContainer) -> None:
    """Without an exit code the executor would take the task for running, for ever."""
    arn = single.run("plain", IDLE)
    single.until_status(arn, "RUNNING")
    (container,) = single.containers_of(arn)

    single.docker("container", "kill")
    Engine().docker("container", "rm", "--force", container["Id"])
    start(single)

    task = single.stopped(arn)
    assert exit_code(task) == 137
    assert "startedAt" in task


def test_killed_again_and_again_no_task_runs_twice(single: EndpointContainer) -> None:
    arns = [single.run("plain", f"echo run {number}") for number in range(5)]

    while single.get("/local/health")["provisioning"]:
        single.docker("container", "kill")
        start(single)
        until(lambda: single.get("/local/health")["running"] <= 1, "one task at a time")

    assert [exit_code(single.stopped(arn)) for arn in arns] == [0] * 5
    assert [single.log(arn) for arn in arns] == [f"run {number}" for number in range(5)]
    starts = [single.task(arn)["startedAt"] for arn in arns]
    assert starts == sorted(starts)


def test_docker_restart(single: EndpointContainer) -> None:
    arn = single.run("plain", "until [ -e /go ]; do sleep 0.1; done; exit 2")
    single.until_status(arn, "RUNNING")

    single.docker("container", "restart", "--time", "5")
    single.until_ready()

    assert single.task(arn)["lastStatus"] == "RUNNING"
    (container,) = single.containers_of(arn)
    let_go(container["Id"])
    assert exit_code(single.stopped(arn)) == 2


def test_what_was_kept_long_enough_is_removed(worker_image: WorkerImage, debian: str, tmp_path: Path) -> None:
    with endpoint_container(
        tmp_path, own_image=worker_image.tag, task_image=debian, kept_seconds=1
    ) as endpoint:
        endpoint.register("plain", {"name": "main", "logConfiguration": awslogs()})
        arn = endpoint.run("plain")
        client = endpoint.client()

        until(
            lambda: bool(client.describe_tasks(cluster=CLUSTER, tasks=[arn])["failures"]),
            "the end of the time for which a stopped task is kept",
        )

        until(lambda: endpoint.containers_of(arn) == [], "the end of its container")
        files = Engine().docker(
            "container", "exec", endpoint.container, "find", "/state/tasks", "/state/logs"
        )
        assert files.split() == ["/state/tasks", "/state/logs"]
