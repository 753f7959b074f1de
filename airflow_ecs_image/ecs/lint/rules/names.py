"""Names that nothing reads, and forms of writing that change a value."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from airflow_ecs_image.ecs.executor_options import OPTIONS, variable
from airflow_ecs_image.ecs.lint.model import OPTION, Hit, Inputs, Kind, Setting, Severity, rule
from airflow_ecs_image.ecs.lint.position import Position
from airflow_ecs_image.ecs.lint.wording import name_in, named, shown, without

_WRONG = {
    f"{OPTION}AWS_CONN_ID": variable("conn_id"),
    f"{OPTION}REGION": variable("region_name"),
    "AIRFLOW__WORKERS__EXECUTION_API_SERVER_URL": "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
    "AIRFLOW__API__EXECUTION_API_SERVER_URL": "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
    "AIRFLOW__EXECUTION_API__SERVER_URL": "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
    "AIRFLOW__SECRETS__JWT_SECRET": "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW__API__JWT_SECRET": "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW__CORE__INTERNAL_API_URL": "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
}
"""Names that documents and issues of Airflow spread (apache/airflow #48061, #62026), and what is meant."""

_OTHER_SECTIONS = ("AIRFLOW__ECS_EXECUTOR__", "AIRFLOW__AMAZON_ECS_EXECUTOR__", "AIRFLOW__ECS__")
_ONE_UNDERSCORE = re.compile(r"AIRFLOW_{1,2}AWS_ECS_EXECUTOR_{1,2}([A-Z_]+)")


def _every(inputs: Inputs) -> Iterator[Setting]:
    for side in inputs.sides:
        yield from side.every


def _quoted(inputs: Inputs, kind: Kind) -> Iterator[Hit]:
    for setting in _every(inputs):
        if setting.kind is kind and setting.quoted and setting.value:
            yield Hit(
                setting.position,
                f"the value of {named(setting)} stands in quotes",
                "the value without quotes",
            )


def _renamed(setting: Setting, right: str) -> Hit:
    return Hit(
        setting.position,
        f"nothing reads {named(setting)}",
        f"{name_in(setting.kind, right)}, with the same value",
    )


@rule(
    "ECS301",
    Severity.ERROR,
    "a section or an option that nothing reads",
    why="Airflow takes no notice of it and has its default instead; no message says so",
)
def wrong_name(inputs: Inputs) -> Iterator[Hit]:
    """The wrong names that are known."""
    for setting in _every(inputs):
        if setting.name in _WRONG:
            yield _renamed(setting, _WRONG[setting.name])
        elif setting.name.startswith(_OTHER_SECTIONS):
            option = setting.name.rpartition("__")[2].lower()
            meant = difflib.get_close_matches(option, OPTIONS, n=1, cutoff=0.6)
            yield _renamed(setting, variable(meant[0] if meant else option))


@rule(
    "ECS302",
    Severity.ERROR,
    "an unknown option of [aws_ecs_executor]",
    why="Airflow takes no notice of it and has its default instead; no message says so",
)
def unknown_option(inputs: Inputs) -> Iterator[Hit]:
    """With the closest one that there is; also names with one underscore in place of two, or in small letters."""
    for setting in _every(inputs):
        if setting.name in _WRONG:
            continue
        option = setting.option
        if option is None:
            match = _ONE_UNDERSCORE.fullmatch(setting.name.upper())
            option = match[1].strip("_").lower() if match else None
        if option is None or (option in OPTIONS and setting.name == variable(option)):
            continue
        base = re.sub(r"_(cmd|secret)$", "", option)
        if base in OPTIONS and setting.option:
            yield Hit(
                setting.position,
                f"{named(setting)}: Airflow runs no command and asks no backend for this option",
                name_in(setting.kind, variable(base)),
            )
            continue
        meant = difflib.get_close_matches(option, OPTIONS, n=1, cutoff=0.5)
        if meant:
            yield _renamed(setting, variable(meant[0]))
        else:
            yield Hit(setting.position, f"nothing reads {named(setting)}", without(setting))


@rule(
    "ECS303",
    Severity.ERROR,
    "quotes in airflow.cfg",
    why="they belong to the value: ECS is asked for a name with quotes in it",
)
def quotes_in_cfg(inputs: Inputs) -> Iterator[Hit]:
    """Python's configparser takes none away."""
    yield from _quoted(inputs, Kind.CFG)


@rule(
    "ECS308",
    Severity.ADVICE,
    "quotes in an env file",
    why="`docker run --env-file` takes them as part of the value, and ECS is asked for a name with quotes in it; systemd and Compose "
    "take them away",
)
def quotes_in_env(inputs: Inputs) -> Iterator[Hit]:
    """Without quotes all of them read the same."""
    yield from _quoted(inputs, Kind.ENV)


@rule(
    "ECS304",
    Severity.ERROR,
    "a single % in airflow.cfg",
    why="it begins an interpolation: every command of Airflow that reads the option ends with InterpolationSyntaxError",
)
def percent(inputs: Inputs) -> Iterator[Hit]:
    """`%%` and `%(name)s` are right."""
    for setting in _every(inputs):
        raw = re.sub(r"%%|%\([^)]+\)s", "", setting.raw or "")
        if setting.kind is Kind.CFG and "%" in raw:
            yield Hit(setting.position, f"{named(setting)} holds a single %", "%% for each %")


@rule(
    "ECS305",
    Severity.ERROR,
    "a variable that is not exported",
    why="Airflow is another process than the shell and never sees it",
)
def not_exported(inputs: Inputs) -> Iterator[Hit]:
    """In a script that exports others."""
    for setting in _every(inputs):
        if not setting.exported and setting.name.startswith(("AIRFLOW_", "AWS_")):
            yield Hit(setting.position, f"{setting.name} is set and not exported", f"export {setting.name}")


@rule(
    "ECS306",
    Severity.ERROR,
    "lines that end as on Windows",
    why="a shell takes the carriage return as part of the value: 'False\\r' is not False",
)
def carriage_returns(inputs: Inputs) -> Iterator[Hit]:
    """In shell scripts."""
    for document in inputs.documents:
        if document.carriage_returns:
            yield Hit(
                Position(document.file, 1),
                "lines end with a carriage return",
                f"sed -i 's/\\r$//' {document.file}",
            )


@rule(
    "ECS307",
    Severity.ADVICE,
    "a variable that is set twice",
    why="only the last one counts, and whoever changes the first wonders",
)
def twice(inputs: Inputs) -> Iterator[Hit]:
    """In one file, with different values."""
    for side in inputs.sides:
        seen: dict[tuple[str, str], Setting] = {}
        for setting in side.every:
            key = (setting.position.file, setting.name)
            before = seen.setdefault(key, setting)
            if setting.value is not None and before.value is not None and before.value != setting.value:
                yield Hit(
                    setting.position,
                    f"{named(setting)} is set again, to {shown(setting)}; line {before.position.line} is lost",
                    "one of the two lines",
                )
