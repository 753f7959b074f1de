"""All rules over all inputs."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

from airflow_ecs_image.ecs.lint.model import Finding, Inputs, Rule, Severity
from airflow_ecs_image.ecs.lint.rules import (
    agreement,
    containers,
    control_plane,
    lists_and_values,
    logging,
    names,
    placement,
    required_options,
    run_task_kwargs,
    secrets,
    task_definition,
    task_definition_reference,
    worker,
    worker_airflow_2,
    worker_airflow_3,
)


def _rules_of(*modules: ModuleType) -> tuple[Rule, ...]:
    found = [each for module in modules for each in vars(module).values() if isinstance(each, Rule)]
    return tuple(sorted(found, key=lambda each: each.code))


RULES = _rules_of(
    agreement,
    containers,
    control_plane,
    lists_and_values,
    logging,
    names,
    placement,
    required_options,
    run_task_kwargs,
    secrets,
    task_definition,
    task_definition_reference,
    worker,
    worker_airflow_2,
    worker_airflow_3,
)
"""Every rule, in the order of the codes."""


def lint(inputs: Inputs, rules: Iterable[Rule] = RULES) -> list[Finding]:
    """What the rules find, errors first, then by place; a trap that several sides share is told once."""
    found = {
        (rule.code, hit.position, hit.found): Finding(
            rule.code, rule.severity, hit.position, hit.found, rule.why, hit.mend
        )
        for rule in rules
        for hit in rule.find(inputs)
    }
    return sorted(
        found.values(),
        key=lambda each: (each.severity is Severity.ADVICE, each.position, each.code, each.found),
    )
