"""Env files, airflow.cfg, and variables as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from airflow_ecs_image.ecs.executor_options import variable
from airflow_ecs_image.ecs.lint.model import Kind, Setting
from airflow_ecs_image.ecs.lint.position import Position
from airflow_ecs_image.errors import SpecError

_LINE = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_.-]*)(?:=(.*))?")
_SECTION = re.compile(r"\[([^\]]+)\]\s*")
_OPTION = re.compile(r"([A-Za-z0-9_.-]+)\s*[=:]\s*(.*)")
_QUOTED = re.compile(r"""(["'])(.*)\1""", re.DOTALL)


def read_env(file: str, text: str) -> tuple[Setting, ...]:
    """NAME=VALUE lines as `docker run --env-file` reads them; a name alone is given elsewhere. SpecError for other lines."""
    settings = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise SpecError(
                f"{file}:{number}: the line is no NAME=VALUE", mend="one variable a line, comments after #"
            )
        settings.append(_setting(match[1], match[2], Position(file, number), Kind.ENV))
    return tuple(settings)


def read_cfg(file: str, text: str) -> tuple[Setting, ...]:
    """The options of airflow.cfg by the names of their variables, as Python's configparser reads them."""
    settings: list[Setting] = []
    for section, option, value, line in _options(file, text):
        name = variable(option, section)
        settings.append(_setting(name, value, Position(file, line), Kind.CFG))
    return tuple(settings)


def read_variables(
    file: str,
    variables: Mapping[str, Any],
    lines: Mapping[tuple[str | int, ...], int],
    prefix: tuple[str, ...],
) -> tuple[Setting, ...]:
    """Variables that JSON holds by their names."""
    return tuple(
        Setting(
            name,
            value if isinstance(value, str) else str(value),
            Position(file, lines.get((*prefix, name), 0)),
            Kind.JSON,
        )
        for name, value in variables.items()
    )


def _options(file: str, text: str) -> Iterator[tuple[str, str, str, int]]:
    section, option, value, first = "", "", "", 0
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        if option and line[0].isspace():
            value += "\n" + stripped
            continue
        if option:
            yield section, option, value.strip(), first
            option = ""
        if match := _SECTION.fullmatch(stripped):
            section = match[1]
        elif match := _OPTION.fullmatch(stripped):
            option, value, first = match[1], match[2], number
        else:
            raise SpecError(
                f"{file}:{number}: the line is neither [section] nor option = value",
                mend="one option a line, comments after #",
            )
    if option:
        yield section, option, value.strip(), first


def _setting(name: str, value: str | None, position: Position, kind: Kind) -> Setting:
    quotes = _QUOTED.fullmatch(value) if value else None
    plain = quotes[2] if quotes else value
    if kind is Kind.CFG and plain is not None:
        plain = plain.replace("%%", "%")
    return Setting(name, plain, position, kind, quoted=quotes is not None, raw=value)
