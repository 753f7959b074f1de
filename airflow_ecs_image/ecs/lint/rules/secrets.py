"""Secrets where everyone can read them."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_ecs_image.checks.credential_patterns import AWS_CREDENTIAL_NAMES
from airflow_ecs_image.ecs.lint.model import Hit, Inputs, Severity, rule
from airflow_ecs_image.ecs.lint.wording import is_secret, without


@rule(
    "ECS431",
    Severity.ERROR,
    "AWS keys in a worker",
    why="they win over the task role, they do not end, and whoever may describe the task or pull the image reads them",
)
def aws_keys(inputs: Inputs) -> Iterator[Hit]:
    """In variables, env files and the image."""
    for side in inputs.workers():
        for name in AWS_CREDENTIAL_NAMES:
            if setting := side.settings.get(name):
                yield Hit(
                    setting.position, f"{name} is set", f"{without(setting)}, and give the task a task role"
                )
        if side.image and (
            given := [name for name in AWS_CREDENTIAL_NAMES if side.image.environment.get(name)]
        ):
            yield Hit(
                side.position,
                f"{side.image.reference} holds {', '.join(given)}",
                "build the image without credentials",
            )


@rule(
    "ECS432",
    Severity.ERROR,
    "a secret in plain text in a task definition",
    why="everyone with ecs:DescribeTaskDefinition reads it, in every revision, for ever",
)
def plain_text(inputs: Inputs) -> Iterator[Hit]:
    """Known by its name, or by what it looks like; the value is never shown."""
    for definition in inputs.definitions():
        for number, container in enumerate(definition.containers):
            for index, pair in enumerate(container.get("environment") or ()):
                name, value = str(pair.get("name")), str(pair.get("value", ""))
                if value and name not in AWS_CREDENTIAL_NAMES and is_secret(name, value):
                    yield Hit(
                        definition.position("containerDefinitions", number, "environment", index, "name"),
                        f"the value of {name} is in plain text",
                        f'{{"name": "{name}", "valueFrom": "ARN of the secret"}} in secrets',
                    )


@rule(
    "ECS433",
    Severity.ERROR,
    "a secret in run_task_kwargs",
    why="it goes into the overrides of every task, where everyone with ecs:DescribeTasks reads it",
)
def in_overrides(inputs: Inputs) -> Iterator[Hit]:
    """In the variables of containerOverrides."""
    for side in inputs.control():
        content = (side.kwargs.content if side.kwargs else None) or {}
        overrides = content.get("overrides")
        entries = overrides.get("containerOverrides") if isinstance(overrides, dict) else None
        for entry in entries if isinstance(entries, list) else ():
            for pair in (entry.get("environment") or ()) if isinstance(entry, dict) else ():
                name, value = str(pair.get("name")), str(pair.get("value", ""))
                if value and side.kwargs and is_secret(name, value):
                    yield Hit(
                        side.kwargs.position,
                        f"run_task_kwargs holds the value of {name}",
                        "secrets of the task definition",
                    )
