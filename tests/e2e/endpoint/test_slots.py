"""Tasks beyond the slots wait in PROVISIONING, first come, first served."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.image.worker_images import WorkerImage
from tests.waiting import until

from .endpoint_container import EndpointContainer, endpoint_container
from .stack_words import CLUSTER, IDLE, NETWORK


@pytest.fixture(scope="module")
def two(
    worker_image: WorkerImage, debian: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EndpointContainer]:
    """An endpoint with two slots."""
    folder = tmp_path_factory.mktemp("slots")
    with endpoint_container(folder, own_image=worker_image.tag, task_image=debian, slots=2) as running:
        running.register("plain", {"name": "main"})
        yield running


def test_first_come_first_served(two: EndpointContainer) -> None:
    answer = two.client().run_task(
        cluster=CLUSTER, taskDefinition="plain", count=6, networkConfiguration=NETWORK
    )
    arns = [task["taskArn"] for task in answer["tasks"]]
    assert len(set(arns)) == 6

    most = 0
    while two.get("/local/health")["provisioning"]:
        most = max(most, two.get("/local/health")["running"])

    tasks = [two.stopped(arn) for arn in arns]
    assert most <= 2
    begun = [task["pullStartedAt"] for task in tasks]
    # Two that have their slots at the same moment may be noted in either order.
    assert all(later >= earlier for earlier, later in zip(begun, begun[2:], strict=False))
    at_once = [
        sum(one["startedAt"] <= task["startedAt"] < one["executionStoppedAt"] for one in tasks)
        for task in tasks
    ]
    assert max(at_once) <= 2


def test_a_waiting_task_is_stopped_and_never_starts(two: EndpointContainer) -> None:
    busy = [two.run("plain", IDLE) for _ in range(2)]
    for arn in busy:
        two.until_status(arn, "RUNNING")
    waiting = two.run("plain", "echo never")
    behind = two.run("plain", "echo behind")
    assert two.task(waiting)["lastStatus"] == "PROVISIONING"
    assert len(two.containers_of(waiting)) == 1, "its record is in its labels while it waits"
    assert two.get("/local/health") == {
        "ok": True,
        "mode": "containers",
        "slots": 2,
        "running": 2,
        "provisioning": 2,
    }

    stopped = two.client().stop_task(cluster=CLUSTER, task=waiting, reason="not needed")["task"]

    assert stopped["lastStatus"] == "STOPPED"
    assert (stopped["stopCode"], stopped["stoppedReason"]) == ("UserInitiated", "not needed")
    assert "startedAt" not in stopped
    assert "exitCode" not in stopped["containers"][0]
    assert two.containers_of(waiting) == []
    for arn in busy:
        two.client().stop_task(cluster=CLUSTER, task=arn)
    assert two.log(two.stopped(behind)["taskArn"]) == "behind"
    until(lambda: two.get("/local/health")["running"] == 0, "free slots")


def test_a_task_that_cannot_start_frees_its_slot(two: EndpointContainer) -> None:
    two.register("missing", {"name": "main", "image": "none:1"})
    failing = [two.run("missing") for _ in range(4)]
    good = two.run("plain")

    assert {two.stopped(arn)["stopCode"] for arn in failing} == {"TaskFailedToStart"}
    assert two.stopped(good)["stopCode"] == "EssentialContainerExited"
