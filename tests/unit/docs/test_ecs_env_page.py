"""The page of `ecs env` and `ecs lint` names the rules, the components and the forms that there are."""

from __future__ import annotations

import re

from airflow_ecs_image.cli.ecs_env import COMPONENTS
from airflow_ecs_image.ecs.control_plane_environment import Component, component_environment
from airflow_ecs_image.ecs.environment_formats import FORMATS, as_shell
from airflow_ecs_image.ecs.lint.linting import RULES
from airflow_ecs_image.errors import LintFailed
from tests.unit.ecs.deployments import ecs_spec, image_spec

from .pages import Page

PAGE = Page("docs/ecs-env.md")


def test_the_rules_are_those_that_run() -> None:
    expected = [(f"`{rule.code}`", rule.severity.value, rule.title) for rule in RULES]
    assert PAGE.table("rule", "kind", "trap") == expected


def test_the_components_and_forms_are_those_of_the_command() -> None:
    header = ("component", "the executor's options", "execution API", "task logs", "DAG bundles", "secrets")
    rows = PAGE.table(*header)
    assert {name for row in rows for name in re.findall(r"`([a-z-]+)`", row[0])} == set(COMPONENTS)
    assert [row[0] for row in PAGE.table("`--format`", "who reads it", "secrets")] == [
        f"`{name}`" for name in FORMATS
    ]


def test_the_exit_code_is_that_of_the_error() -> None:
    assert f"The exit code is {LintFailed.exit_code}" in PAGE.text


def test_the_lines_of_the_script_are_those_that_are_made() -> None:
    made = as_shell(
        component_environment(image_spec(), ecs_spec(subnets=("subnet-0a",)), Component.SCHEDULER)
    )
    (block,) = [each for each in PAGE.blocks() if each.startswith("# The ECS executor's configuration")]
    shown = [line for line in block.splitlines() if line != "…"]
    assert made.splitlines()[: len(shown)] == shown


def test_the_messages_of_the_example_are_those_of_the_rules() -> None:
    rules = {rule.code: rule for rule in RULES}
    example = next(each for each in PAGE.blocks() if each.startswith("ecs_executor_config.sh: scheduler"))
    for code in re.findall(r"ECS\d{3}", example):
        assert rules[code].why in example
