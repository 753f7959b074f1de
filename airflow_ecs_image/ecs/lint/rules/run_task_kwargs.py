"""run_task_kwargs: what the executor merges into its RunTask request without looking at it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from typing import Any

from airflow_ecs_image.ecs.executor_options import variable
from airflow_ecs_image.ecs.lint.model import Hit, Inputs, Kwargs, Severity, Side, rule
from airflow_ecs_image.ecs.lint.run_task import OPTIONS_IN_KWARGS, RUN_TASK_MEMBERS, camelized, object_in
from airflow_ecs_image.ecs.lint.wording import line_in, quoted

_BYPASS = {
    "capacityProviderStrategy": "capacity_provider_strategy",
    "launchType": "launch_type",
    "platformVersion": "platform_version",
    "taskDefinition": "task_definition",
}


def _each(inputs: Inputs) -> Iterator[tuple[Side, Kwargs, dict[str, Any]]]:
    for side in inputs.control():
        if side.kwargs and side.kwargs.content is not None:
            yield side, side.kwargs, side.kwargs.content


@rule(
    "ECS201",
    Severity.ERROR,
    "run_task_kwargs is empty or no JSON object",
    why="the executor parses it when it is made: the scheduler ends with JSONDecodeError, also for an empty text",
)
def no_object(inputs: Inputs) -> Iterator[Hit]:
    """Empty, cut off, with single quotes, or a list."""
    for side in inputs.control():
        setting = side.option("run_task_kwargs")
        if setting is None or setting.value is None or object_in(setting.value) is not None:
            continue
        what = "is empty" if not setting.value.strip() else "is no JSON object"
        yield Hit(
            setting.position,
            f"run_task_kwargs {what}",
            f"take it out, or {line_in(setting.kind, setting.name, json.dumps({'enableExecuteCommand': True}))}",
        )


@rule(
    "ECS202",
    Severity.ERROR,
    "tags are no list of key and value",
    why="each RunTask fails with `Invalid type for parameter tags`: the object in the executor's documentation is wrong",
)
def tags(inputs: Inputs) -> Iterator[Hit]:
    """An object, or entries with other keys."""
    for _, kwargs, content in _each(inputs):
        given = content.get("tags")
        if given is None or (isinstance(given, list) and all(_is_tag(each) for each in given)):
            continue
        right = [{"key": "NAME", "value": "VALUE"}]
        if isinstance(given, dict) and given.keys() <= {"key", "value"} and given:
            right = [given]
        elif isinstance(given, dict) and given:
            right = [{"key": str(key), "value": str(value)} for key, value in given.items()]
        text = json.dumps(right, ensure_ascii=False, separators=(",", ":"))
        found = "an object" if isinstance(given, dict) else "not a list of key and value"
        yield Hit(kwargs.at("tags"), f"tags of run_task_kwargs are {found}", f'"tags":{text}')


@rule(
    "ECS203",
    Severity.ERROR,
    "an option in camel case in run_task_kwargs",
    why="the executor looks for the snake-case name: its check of launch type against strategy is bypassed, its own value is sent "
    "beside it, and ECS refuses RunTask or takes one of the two",
)
def bypass(inputs: Inputs) -> Iterator[Hit]:
    """What the executor would understand under its own name."""
    for _, kwargs, content in _each(inputs):
        for camel, snake in _BYPASS.items():
            if camel in content:
                yield Hit(
                    kwargs.at(camel), f"run_task_kwargs holds {camel}", f'"{snake}": in place of "{camel}":'
                )


@rule(
    "ECS204",
    Severity.ERROR,
    "containerOverrides that meet no container, or another one",
    why="the executor gives the first entry the worker's name and command, whoever it was for; ECS refuses others without a name",
)
def wrong_container(inputs: Inputs) -> Iterator[Hit]:
    """The first entry is always the worker's."""
    for side, kwargs, content in _each(inputs):
        overrides = _overrides(content)
        worker = side.option("container_name")
        if overrides is None:
            continue
        if not overrides:
            yield Hit(
                kwargs.at("overrides"),
                "containerOverrides of run_task_kwargs is empty, and the executor ends with IndexError",
                "take it out",
            )
        for index, entry in enumerate(overrides):
            name = entry.get("name") if isinstance(entry, dict) else None
            if index and not name:
                yield Hit(
                    kwargs.at("overrides"),
                    f"entry {index + 1} of containerOverrides has no name",
                    '"name": with the container that it is for',
                )
            elif not index and name and worker and worker.value and name != worker.value:
                yield Hit(
                    kwargs.at("overrides"),
                    f"the first entry of containerOverrides is for {quoted(str(name))}, the worker is {quoted(worker.value)}",
                    f'{{"name": "{worker.value}"}} as the first entry',
                )


@rule(
    "ECS205",
    Severity.ADVICE,
    "containerOverrides without a name",
    why="it works for the worker alone; an executor_config replaces the whole list, and without the name in it the task fails with "
    "`No such container found`",
)
def no_name(inputs: Inputs) -> Iterator[Hit]:
    """The first entry, which the executor names itself."""
    for side, kwargs, content in _each(inputs):
        overrides = _overrides(content) or [{"name": ""}]
        if isinstance(overrides[0], dict) and "name" not in overrides[0]:
            worker = side.option("container_name")
            name = worker.value if worker and worker.value else "airflow"
            yield Hit(
                kwargs.at("overrides"),
                "the first entry of containerOverrides has no name",
                f'"name": "{name}"',
            )


@rule(
    "ECS206",
    Severity.ERROR,
    "an argument that RunTask does not have",
    why="each RunTask fails with `Unknown parameter in input`; keys in snake case become camel case, which is not always ECS's spelling",
)
def unknown(inputs: Inputs) -> Iterator[Hit]:
    """After the executor has made camel case of it."""
    for _, kwargs, content in _each(inputs):
        for key in content:
            sent = camelized(key)
            if key in OPTIONS_IN_KWARGS or sent in RUN_TASK_MEMBERS:
                continue
            lowered = {each.lower(): each for each in RUN_TASK_MEMBERS}
            meant = difflib.get_close_matches(sent.lower(), lowered, n=1)
            yield Hit(
                kwargs.at(key),
                f"run_task_kwargs holds {quoted(key)}",
                f"did you mean {lowered[meant[0]]}?" if meant else "take it out",
            )


@rule(
    "ECS207",
    Severity.ERROR,
    "a strategy that is no list of capacity providers",
    why="each RunTask fails with `Invalid type for parameter capacityProviderStrategy`",
)
def strategy(inputs: Inputs) -> Iterator[Hit]:
    """Text, an object, or entries without capacityProvider: the executor makes no camel case inside of lists."""
    for _, kwargs, content in _each(inputs):
        for key in ("capacity_provider_strategy", "capacityProviderStrategy"):
            given = content.get(key)
            if given is None or (
                isinstance(given, list)
                and given
                and all(isinstance(each, dict) and "capacityProvider" in each for each in given)
            ):
                continue
            right = '[{"capacityProvider":"FARGATE_SPOT","weight":1}]'
            yield Hit(
                kwargs.at(key),
                f"{key} of run_task_kwargs is no list of capacity providers",
                line_in(
                    kwargs.kind, variable("run_task_kwargs"), f'{{"capacity_provider_strategy":{right}}}'
                ),
            )


def _is_tag(entry: object) -> bool:
    return isinstance(entry, dict) and entry.keys() <= {"key", "value"} and "key" in entry


def _overrides(content: dict[str, Any]) -> list[Any] | None:
    overrides = content.get("overrides")
    entries = (
        overrides.get("containerOverrides", overrides.get("container_overrides"))
        if isinstance(overrides, dict)
        else None
    )
    return entries if isinstance(entries, list) else None
