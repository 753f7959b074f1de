"""A wrong verb, option or argument in the same one line as every other error, with the closest match."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import click

from airflow_ecs_image.errors import ToolkitError


class UsageWrong(ToolkitError):
    """The command line itself is wrong."""

    exit_code = 2


def usage_error(error: click.UsageError) -> UsageWrong:
    """Click's error in one line, with the help page as its mend."""
    mend = f"{error.ctx.command_path} --help" if error.ctx else None
    return UsageWrong(_message(error), mend=mend)


def closest(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?`, or nothing when no known word is near."""
    meant = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {meant[0]}?" if meant else ""


def _message(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"unknown option {error.option_name}{closest(error.option_name, _options(error.ctx))}"
    if isinstance(error, click.MissingParameter):
        return f"{_parameter(error)} is missing"
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"{_parameter(error)}: {_lowered(error.message)}"
    return _lowered(error.format_message())


def _parameter(error: click.BadParameter) -> str:
    parameter = error.param
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return (parameter.metavar or "").strip("[].") if parameter else "an argument"


def _options(context: click.Context | None) -> list[str]:
    if context is None:
        return []
    return [
        name
        for parameter in context.command.get_params(context)
        if not getattr(parameter, "hidden", False)
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("--")
    ]


def _lowered(message: str) -> str:
    return (message[:1].lower() + message[1:]).removesuffix(".")
