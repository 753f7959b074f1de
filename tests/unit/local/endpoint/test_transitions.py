"""The state machine: events in every order."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_ecs_image.local.endpoint import transitions
from airflow_ecs_image.local.endpoint.task import Task

from .tasks import new_task

ORDER = ["PROVISIONING", "PENDING", "RUNNING", "STOPPING", "DEPROVISIONING", "STOPPED"]
EVENTS: dict[str, Callable[[Task, float], bool]] = {
    "pending": transitions.pending,
    "pulled": transitions.pulled,
    "running": lambda task, at: transitions.running(task, at, "10.0.0.2", {"main": "f" * 64}),
    "stop": lambda task, at: transitions.stop_asked(task, "why", at),
    "stopping": lambda task, _: transitions.stopping(task),
    "exit main": lambda task, at: transitions.exited(task, "main", at, 3, ""),
    "exit side": lambda task, at: transitions.exited(task, "side", at, 0, ""),
    "stopped": transitions.stopped,
    "failed": lambda task, at: transitions.failed(task, at, "CannotPullContainerError: x", "main"),
}


def after(*events: str, task: Task | None = None) -> Task:
    task = task or new_task()
    for number, event in enumerate(events):
        EVENTS[event](task, 1001.0 + number)
    return task


def test_from_its_beginning_to_its_end() -> None:
    task = new_task()
    seen = []
    for number, event in enumerate(("pending", "pulled", "running", "exit main", "stopped")):
        assert EVENTS[event](task, 1001.0 + number)
        seen.append((task.status, task.desired_status))

    assert seen == [
        ("PENDING", "RUNNING"),
        ("PENDING", "RUNNING"),
        ("RUNNING", "RUNNING"),
        ("DEPROVISIONING", "STOPPED"),
        ("STOPPED", "STOPPED"),
    ]
    assert (task.connected_at, task.pull_started_at, task.pull_stopped_at) == (1001, 1001, 1002)
    assert (task.started_at, task.execution_stopped_at, task.stopping_at, task.stopped_at) == (
        1003,
        1004,
        1004,
        1005,
    )
    assert (task.stop_code, task.stopped_reason) == (
        "EssentialContainerExited",
        "Essential container in task exited",
    )
    assert task.version == 6


def test_stop_task_keeps_its_reason() -> None:
    task = after("pending", "running", "stop", "stopping", "exit main", "stopped")

    assert (task.stop_code, task.stopped_reason, task.stopping_at) == ("UserInitiated", "why", 1003)
    assert (task.status, task.containers[0].exit_code) == ("STOPPED", 3)


def test_a_task_that_failed_has_never_started() -> None:
    task = after("pending", "failed")

    assert (task.status, task.stop_code) == ("STOPPED", "TaskFailedToStart")
    assert task.stopped_reason == task.containers[0].reason == "CannotPullContainerError: x"
    assert task.started_at is None
    assert task.containers[0].exit_code is None


def test_a_task_that_failed_while_it_was_stopped() -> None:
    task = after("pending", "stop", "failed")

    assert (task.status, task.stop_code, task.stopped_reason) == ("STOPPED", "UserInitiated", "why")


def test_a_task_that_started_while_it_was_stopped_has_started() -> None:
    """Without startedAt the executor would take it for one that never was."""
    task = after("pending", "stop", "stopping", "running", "exit main", "stopped")

    assert task.started_at == 1004
    assert task.containers[0].exit_code == 3


def test_it_ends_after_it_started() -> None:
    """The engine notes the start of a process after its end, when that comes at once."""
    task = after("pending")
    transitions.running(task, 1010.5, "", {})
    transitions.exited(task, "main", 1010.4, 0, "")

    assert task.execution_stopped_at == task.started_at == 1010.5


@pytest.mark.parametrize(
    ("essential", "event", "status", "desired"),
    [
        (True, "exit side", "RUNNING", "STOPPED"),
        (False, "exit side", "RUNNING", "RUNNING"),
        (False, "exit main", "RUNNING", "STOPPED"),
    ],
)
def test_the_end_of_one_of_two(essential: bool, event: str, status: str, desired: str) -> None:
    task = new_task(("main", True), ("side", essential))

    after("pending", "running", event, task=task)

    assert (task.status, task.desired_status) == (status, desired)
    after("exit main", "exit side", task=task)
    assert (task.status, task.desired_status) == ("DEPROVISIONING", "STOPPED")


@given(st.lists(st.sampled_from(list(EVENTS)), max_size=12))
def test_no_order_of_events_leads_back_or_leaves_the_executor_waiting(events: list[str]) -> None:
    task = new_task(("main", True), ("side", False))
    for number, event in enumerate(events):
        before = copy.deepcopy(task)
        changed = EVENTS[event](task, 1001.0 + number)
        assert changed == (task != before)
        assert task.version == before.version + changed
        assert ORDER.index(task.status) >= ORDER.index(before.status)
        for one, other in itertools.pairwise(("created_at", "stopping_at", "stopped_at")):
            assert (getattr(task, one) or 0) <= (getattr(task, other) or float("inf"))
    if task.status == "STOPPED":
        assert task.desired_status == "STOPPED"
        assert task.stopped_at is not None


@pytest.mark.parametrize("event", sorted(set(EVENTS) - {"exit side"}))
def test_nothing_happens_to_a_stopped_task(event: str) -> None:
    task = after("pending", "running", "exit main", "stopped")
    before = copy.deepcopy(task)

    assert not EVENTS[event](task, 2000.0)
    assert task == before
