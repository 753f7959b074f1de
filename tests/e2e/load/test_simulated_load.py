"""`local load` without containers: the real scheduler and the real executor, an endpoint that only answers, and the counting."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from airflow_ecs_image.engine import Engine
from airflow_ecs_image.errors import LocalNotRunning, LocalServiceFailed
from airflow_ecs_image.local.endpoint.simulation.ran_line import RAN
from airflow_ecs_image.local.endpoint_admin import EndpointAdmin
from airflow_ecs_image.local.load.counting import Counts
from airflow_ecs_image.local.load.plan import Asked, decide
from airflow_ecs_image.local.load.running import run_load
from airflow_ecs_image.local.stack import Ports, StackRequest, down, find
from tests.e2e.stacks import LINES, example_image, quiet, request_for
from tests.waiting import until

TASKS = 60


@pytest.fixture(scope="module", params=sorted(LINES, reverse=True), ids=lambda major: f"airflow-{major}")
def request_of_line(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StackRequest]:
    """The request of a stack, which is gone at the end. Its endpoint has a port that a restart leaves as it is."""
    project = tmp_path_factory.mktemp("project")
    ports = Ports(ecs=_free_port())
    asked = request_for(example_image(request.param, project), project, ports=ports)
    try:
        yield asked
    finally:
        down(asked.name, quiet())


def test_no_task_is_lost_and_none_runs_twice_although_ecs_refuses_some(request_of_line: StackRequest) -> None:
    """60 tasks, 30 at once, RunTask throttled to ten a second and without capacity for the first three: all succeed, each was started
    once and ran once, 30 did run at once, and the faults were met.
    """
    plan = decide(Asked(TASKS, simulated=True, seconds=12, throttle=10, capacity_failures=3), cores=2)
    report = run_load(request_of_line, plan, quiet(), timeout=240)
    assert report.counts == Counts(
        TASKS, succeeded=TASKS, failed=0, lost=0, sent_twice=0, ran_twice=0, unproven=0
    )
    assert report.state == "success"
    assert report.peak_running == plan.running == TASKS // 2
    assert report.calls.throttled > 0
    assert report.calls.run_task >= TASKS + 3 + report.calls.throttled
    assert 2 <= report.calls.describe_tasks_largest <= 99


@pytest.mark.parametrize("request_of_line", [3], indirect=True, ids=["airflow-3"])
def test_tasks_that_were_lost_with_their_endpoint_are_not_reported_as_clean(
    request_of_line: StackRequest,
) -> None:
    """Four simulated tasks end with the endpoint that simulates them: the executor starts them again, which the counting tells, and
    none is counted as a success.
    """
    plan = decide(Asked(4, running=4, simulated=True, seconds=600), cores=2)

    def end_the_endpoint() -> None:
        name = request_of_line.name
        until(lambda: _running(name) == plan.tasks, "the tasks", seconds=120)
        Engine().docker("container", "restart", "--time", "0", f"{name}-ecs")

    breaker = threading.Thread(target=end_the_endpoint, daemon=True)
    breaker.start()
    report = run_load(request_of_line, plan, quiet(), timeout=60)
    breaker.join()
    assert report.counts.succeeded == 0
    assert report.counts.failed + report.counts.lost == plan.tasks
    assert report.counts.sent_twice > 0
    assert not report.counts.clean


def _running(name: str) -> int:
    """How many workers have told Airflow that they run; 0 while the stack is still being made."""
    try:
        endpoint = EndpointAdmin(find(name).ecs_url)
        tasks = [task for task in endpoint.tasks() if task["lastStatus"] == "RUNNING"]
        return sum(RAN in endpoint.log(task["taskArn"].rpartition("/")[2]) for task in tasks)
    except (LocalNotRunning, LocalServiceFailed):
        return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
