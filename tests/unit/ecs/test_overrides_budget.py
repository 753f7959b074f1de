"""The 8,192 characters of RunTask's overrides."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_ecs_image.ecs.overrides_budget import MOST, WORRYING, overrides_budget
from airflow_ecs_image.errors import SpecError

from .deployments import ecs_spec


def with_variable(size: int) -> dict[str, Any]:
    return {
        "overrides": {"containerOverrides": [{"environment": [{"name": "LONG", "value": "x" * size}]}]},
        "enableExecuteCommand": True,
    }


@pytest.mark.parametrize(("major", "least"), [(3, 1200), (2, 400)])
def test_a_worker_command_alone_leaves_most_of_it(major: int, least: int) -> None:
    budget = overrides_budget(ecs_spec(), major)
    assert least < budget.command < budget.total < MOST / 3
    assert budget.left == MOST - budget.total
    assert not budget.worrying


def test_each_character_of_a_variable_counts_once() -> None:
    small, large = (
        overrides_budget(ecs_spec(run_task_kwargs=with_variable(size)), 3) for size in (1000, 1500)
    )
    assert large.total - small.total == 500
    assert large.command == small.command


def test_what_other_keys_of_the_overrides_take_counts() -> None:
    plain = overrides_budget(ecs_spec(), 3).total
    cpu = overrides_budget(ecs_spec(run_task_kwargs={"overrides": {"cpu": "512"}}), 3).total
    assert cpu - plain == len(json.dumps({"cpu": "512"})[1:-1]) + 2


def test_both_spellings_of_a_key_count_the_same() -> None:
    camel = with_variable(100)
    snake = {"overrides": {"container_overrides": camel["overrides"]["containerOverrides"]}}
    assert (
        overrides_budget(ecs_spec(run_task_kwargs=camel), 3).total
        == overrides_budget(ecs_spec(run_task_kwargs=snake), 3).total
    )


def test_it_worries_before_it_refuses() -> None:
    plain = overrides_budget(ecs_spec(run_task_kwargs=with_variable(0)), 3).total
    at_the_edge = overrides_budget(ecs_spec(run_task_kwargs=with_variable(WORRYING - plain)), 3)
    assert (at_the_edge.total, at_the_edge.worrying) == (WORRYING, False)
    assert overrides_budget(ecs_spec(run_task_kwargs=with_variable(WORRYING - plain + 1)), 3).worrying
    assert overrides_budget(ecs_spec(run_task_kwargs=with_variable(MOST - plain)), 3).left == 0
    with pytest.raises(SpecError, match=r"8,193 characters, and ECS takes 8,192"):
        overrides_budget(ecs_spec(run_task_kwargs=with_variable(MOST - plain + 1)), 3)


@pytest.mark.parametrize("strange", [{"overrides": "x"}, {"overrides": {"containerOverrides": "x"}}, {"overrides": {"containerOverrides": ["x"]}}])  # fmt: skip
def test_what_has_another_shape_does_not_break_it(strange: dict[str, Any]) -> None:
    assert overrides_budget(ecs_spec(run_task_kwargs=strange), 3).total > 0
