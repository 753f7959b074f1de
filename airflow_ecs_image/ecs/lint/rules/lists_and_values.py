"""Values that the executor takes as they stand, so that their spelling counts."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_ecs_image.ecs.lint.model import OPTION, Hit, Inputs, Setting, Severity, rule
from airflow_ecs_image.ecs.lint.wording import line_in, named, quoted, shown, without

_LISTS = {"subnets": 16, "security_groups": 5}
_TRUE = ("true", "t", "yes", "y", "on", "1", "enabled")
# Airflow's own conf.getboolean (airflow/configuration.py).
_BOOLEANS = ("t", "true", "1", "f", "false", "0")
_MAY_BE_EMPTY = ("conn_id", "subnets", "security_groups", "run_task_kwargs")


def _options(inputs: Inputs, *names: str) -> Iterator[Setting]:
    for side in inputs.control():
        for name in names:
            if (setting := side.option(name)) and setting.value is not None:
                yield setting


@rule(
    "ECS111",
    Severity.ERROR,
    "assign_public_ip is neither True nor False",
    why="the executor compares text: whatever is not exactly True means DISABLED, and tasks in a public subnet reach nothing",
)
def public_address(inputs: Inputs) -> Iterator[Hit]:
    """`true` is the usual one."""
    for setting in _options(inputs, "assign_public_ip"):
        if setting.value is not None and setting.value not in ("True", "False"):
            right = "True" if setting.value.strip().lower() in _TRUE else "False"
            yield Hit(
                setting.position,
                f"{named(setting)} is {shown(setting)}",
                line_in(setting.kind, setting.name, right),
            )


@rule(
    "ECS112",
    Severity.ERROR,
    "spaces in a list",
    why="the executor splits at commas and strips nothing: ECS is asked for ' subnet-…' and refuses each RunTask",
)
def spaces(inputs: Inputs) -> Iterator[Hit]:
    """Spaces, and empty entries, which a comma at the end makes."""
    for setting in _options(inputs, *_LISTS):
        parts = (setting.value or "").split(",")
        if setting.value and any(part != part.strip() or not part for part in parts):
            right = ",".join(part.strip() for part in parts if part.strip())
            yield Hit(
                setting.position,
                f"{named(setting)} holds a space or an empty entry: {shown(setting)}",
                line_in(setting.kind, setting.name, right),
            )


@rule(
    "ECS113",
    Severity.ERROR,
    "too many subnets or security groups",
    why="ECS takes 16 subnets and 5 security groups (AwsVpcConfiguration) and refuses each RunTask",
)
def too_many(inputs: Inputs) -> Iterator[Hit]:
    """Counted after the commas."""
    for setting in _options(inputs, *_LISTS):
        parts = [part.strip() for part in (setting.value or "").split(",") if part.strip()]
        most = _LISTS[setting.option or ""]
        if len(parts) > most:
            yield Hit(
                setting.position,
                f"{named(setting)} has {len(parts)} entries",
                f"{most} at most: {line_in(setting.kind, setting.name, ','.join(parts[:most]))}",
            )


@rule(
    "ECS114",
    Severity.ERROR,
    "an empty option",
    why="an empty text is a value: the executor sends it to ECS, which refuses it, or ends when it makes a number of it",
)
def empty(inputs: Inputs) -> Iterator[Hit]:
    """Lists and conn_id may be empty; run_task_kwargs has a rule of its own."""
    for side in inputs.control():
        for setting in side.settings.values():
            if (
                setting.name.startswith(OPTION)
                and setting.value == ""
                and setting.option not in _MAY_BE_EMPTY
            ):
                yield Hit(
                    setting.position, f"{named(setting)} is empty", f"{without(setting)}, or give it a value"
                )


@rule(
    "ECS115",
    Severity.ERROR,
    "a number or a boolean that Airflow cannot read",
    why="the scheduler ends with AirflowConfigException when it starts, or with ValueError at the first task that fails",
)
def unreadable(inputs: Inputs) -> Iterator[Hit]:
    """max_run_task_attempts and check_health_on_startup."""
    for setting in _options(inputs, "max_run_task_attempts"):
        if setting.value and not (setting.value.strip().isdecimal() and int(setting.value) > 0):
            yield Hit(
                setting.position,
                f"{named(setting)} is {shown(setting)}",
                line_in(setting.kind, setting.name, "3"),
            )
    for setting in _options(inputs, "check_health_on_startup"):
        if setting.value and setting.value.strip().lower() not in _BOOLEANS:
            yield Hit(
                setting.position,
                f"{named(setting)} is {shown(setting)}",
                line_in(setting.kind, setting.name, "True"),
            )


@rule(
    "ECS116",
    Severity.ERROR,
    "not the identifier of a subnet or a security group",
    why="ECS refuses each RunTask: it takes identifiers such as subnet-0123… and sg-0123…, not names",
)
def identifiers(inputs: Inputs) -> Iterator[Hit]:
    """Names and swapped options."""
    for name, start in (("subnets", "subnet-"), ("security_groups", "sg-")):
        for setting in _options(inputs, name):
            for part in filter(None, (each.strip() for each in (setting.value or "").split(","))):
                if not part.startswith(start):
                    yield Hit(
                        setting.position,
                        f"{named(setting)} holds {quoted(part)}",
                        f"an identifier that begins with {start}",
                    )
