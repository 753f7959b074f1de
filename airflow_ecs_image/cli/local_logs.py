"""`local logs`: what services and tasks have written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airflow_ecs_image.cli.help_page import HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.local_options import name_option
from airflow_ecs_image.errors import SpecError

if TYPE_CHECKING:
    from airflow_ecs_image.local.stack.logs import LogLine

_TAIL_OF_ALL = 20


@click.command(
    "logs",
    cls=VerbCommand,
    short_help="Print what services or a task have written.",
    params=[
        HeadedOption("--follow", "-f", is_flag=True, help="Go on printing until Ctrl-C, or until it ends."),
        HeadedOption(
            "--tail",
            metavar="N",
            type=click.IntRange(min=0),
            help=f"Begin with the last N lines. [default: all; without SOURCE the last {_TAIL_OF_ALL} of each service]",
        ),
        HeadedOption("--timestamps", is_flag=True, help="Begin each line with its time, in UTC."),
        name_option(),
    ],
)
@click.argument("source", metavar="[SOURCE]", required=False)
@click.pass_obj
def logs(
    invocation: Invocation,
    /,
    *,
    directory: Path,  # noqa: ARG001
    source: str | None,
    stack_name: str,
    follow: bool,
    tail: int | None,
    timestamps: bool,
) -> None:
    """Print what SOURCE has written: a service, or a task by the beginning of its id, both as `local ps` lists them. Without
    one, the last lines of all services. A task's is the output of its container; its task log is what `local run` shows.
    """
    if follow and invocation.json_mode:
        raise SpecError("--follow: one JSON document cannot be followed", mend="leave out --follow or --json")
    console = invocation.console()
    from airflow_ecs_image.local.stack.logs import lines_of, service_lines

    if source is None:
        lines = service_lines(stack_name, follow=follow, tail=_TAIL_OF_ALL if tail is None else tail)
    else:
        lines = lines_of(stack_name, source, follow=follow, tail=tail)
    if invocation.json_mode:
        console.document(
            {
                "name": stack_name,
                "lines": [{"source": each.source, "time": each.moment, "text": each.text} for each in lines],
            }
        )
        return
    try:
        for text in _texts(lines, with_source=source is None, with_time=timestamps):
            console.text(text)
    except KeyboardInterrupt:
        # Nothing else ends what is followed.
        if not follow:
            raise


def _texts(lines: Iterator[LogLine], *, with_source: bool, with_time: bool) -> Iterator[str]:
    for line in lines:
        source = f"{line.source:<13} | " if with_source else ""
        yield f"{source}{line.moment + ' ' if with_time else ''}{line.text}"
