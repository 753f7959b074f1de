"""Each way to lose a task or to run it twice is counted, and nothing else is."""

from __future__ import annotations

import pytest

from airflow_ecs_image.local.load.counting import count
from airflow_ecs_image.local.load.evidence import Ran

ALL = {0: "success", 1: "success", 2: "success"}
SENT = [(index, 1) for index in ALL]
RAN = [Ran("run", index, 1) for index in ALL]


def test_all_came_through() -> None:
    counts = count(3, ALL, SENT, RAN)
    assert counts.clean
    assert (counts.succeeded, counts.failed, counts.lost) == (3, 0, 0)


@pytest.mark.parametrize("states", [ALL | {1: "running"}, ALL | {1: "queued"}, {0: "success", 2: "success"}])
def test_a_task_without_an_end_is_lost(states: dict[int, str]) -> None:
    counts = count(3, states, SENT, RAN)
    assert (counts.lost, counts.clean) == (1, False)


def test_a_failed_task_is_not_lost() -> None:
    counts = count(3, ALL | {1: "failed"}, SENT, RAN)
    assert (counts.succeeded, counts.failed, counts.lost, counts.clean) == (2, 1, 0, True)


def test_two_starts_of_one_try_are_seen_even_if_only_one_ran() -> None:
    counts = count(3, ALL, [*SENT, (1, 1)], RAN)
    assert (counts.sent_twice, counts.ran_twice, counts.clean) == (1, 0, False)


def test_two_runs_of_one_try_are_seen_even_if_one_start_is_on_record() -> None:
    counts = count(3, ALL, SENT, [*RAN, Ran("run", 1, 1)])
    assert (counts.sent_twice, counts.ran_twice, counts.clean) == (0, 1, False)


def test_a_second_try_is_not_the_same_try() -> None:
    assert count(3, ALL, [*SENT, (1, 2)], [*RAN, Ran("run", 1, 2)]).clean


def test_a_success_that_nobody_saw_run_is_unproven() -> None:
    counts = count(3, ALL, SENT, RAN[:2])
    assert (counts.unproven, counts.clean) == (1, False)
