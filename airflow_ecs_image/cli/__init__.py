"""The command line: `python build.py` in a checkout, `airflow-ecs-image` where the package is installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from airflow_ecs_image.cli.invocation import Invocation, program_name
from airflow_ecs_image.cli.reporting import report
from airflow_ecs_image.cli.verbs import command_line

# 128 + SIGPIPE, as a shell shows a program whose reader went away.
_BROKEN_PIPE = 141


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process with its exit code: 0 only when what was asked for holds."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit code; every failure is reported in one line."""
    try:
        code = _run_verb(list(arguments), Invocation.of(arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        # Otherwise the interpreter would flush once more at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    return code


def _run_verb(arguments: list[str], invocation: Invocation) -> int:
    try:
        with command_line.make_context(program_name(), arguments, obj=invocation) as context:
            return command_line.invoke(context) or 0
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except BrokenPipeError:
        raise
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - no traceback reaches a user
        return report(error, invocation)
