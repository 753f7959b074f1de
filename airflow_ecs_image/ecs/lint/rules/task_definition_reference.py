"""How the executor names what it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from airflow_ecs_image.ecs.lint.model import Hit, Inputs, Severity, rule
from airflow_ecs_image.ecs.lint.wording import line_in, named, quoted

_FORM = re.compile(r"(arn:[a-z-]+:ecs:[a-z0-9-]+:\d{12}:task-definition/)?[A-Za-z0-9_-]{1,255}(:[1-9]\d*)?")


@rule(
    "ECS131",
    Severity.ERROR,
    "task_definition is no family, family:revision or ARN",
    why="each RunTask fails: a revision is a number, and the latest one is named by leaving it out",
)
def wrong_reference(inputs: Inputs) -> Iterator[Hit]:
    """`:LATEST` comes from the executor package's own example."""
    for side in inputs.control():
        setting = side.option("task_definition")
        if setting and setting.value and not _FORM.fullmatch(setting.value):
            family = re.sub(r":[^:/]*$", "", setting.value.strip())
            right = family if _FORM.fullmatch(family) else "FAMILY:1"
            yield Hit(
                setting.position,
                f"{named(setting)} is {quoted(setting.value)}",
                line_in(setting.kind, setting.name, right),
            )


@rule(
    "ECS132",
    Severity.ADVICE,
    "task_definition without a revision",
    why="whoever registers the family anew changes what every task runs, at once and also for tasks that wait",
)
def unpinned(inputs: Inputs) -> Iterator[Hit]:
    """With a revision, what runs changes when the scheduler's configuration does."""
    for side in inputs.schedulers():
        setting = side.option("task_definition")
        if (
            setting
            and setting.value
            and _FORM.fullmatch(setting.value)
            and not re.search(r":\d+$", setting.value)
        ):
            yield Hit(
                setting.position,
                f"{named(setting)} is {quoted(setting.value)}",
                line_in(setting.kind, setting.name, f"{setting.value}:1")
                + ", with the revision that was registered",
            )
