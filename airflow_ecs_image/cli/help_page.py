"""Help pages: options stand under headings instead of in one long list."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

OPTIONS = "Options"
_TEXT_COLUMN = 26
FOOTNOTE = (
    "Every option of an image is also a key of image.toml (--s3-uri is s3_uri) and a variable "
    "(AIRFLOW_ECS_IMAGE_S3_URI). The command line wins over the environment, and the environment over the file. "
    "Lists take commas or repeated options; an empty value stands for the default."
)
_FLAGS = ("--json", "--debug")
_WITH_VALUE = ("-C", "--directory")
CONTEXT_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class HeadedOption(click.Option):
    """An option that stands under `heading` on the help page."""

    def __init__(self, *names: str, heading: str = OPTIONS, **settings: Any) -> None:
        super().__init__(names, **settings)
        self.heading = heading


class VerbCommand(click.Command):
    """A verb: its own options, and those that every verb has (`--directory`, `--json`, `--debug`)."""

    def __init__(self, name: str, *, params: Sequence[click.Parameter] = (), **settings: Any) -> None:
        heading = next((each.heading for each in reversed(params) if isinstance(each, HeadedOption)), OPTIONS)
        settings["context_settings"] = CONTEXT_SETTINGS | settings.get("context_settings", {})
        super().__init__(name, params=[*params, *common_options(heading)], **settings)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; an error always knows its verb, which click leaves out of some."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under their headings, in the order in which the headings first come."""
        write_options(ctx, formatter, self.get_params(ctx))


def write_options(
    context: click.Context, formatter: click.HelpFormatter, parameters: Iterable[click.Parameter]
) -> None:
    """Write one list of options for each heading."""
    groups: dict[str, list[tuple[str, str]]] = {}
    heading = OPTIONS
    for parameter in parameters:
        heading = getattr(parameter, "heading", heading)
        if isinstance(parameter, click.Option) and (record := parameter.get_help_record(context)):
            groups.setdefault(heading, []).append(record)
    for title, records in groups.items():
        with formatter.section(title):
            _write_records(formatter, records)


def _write_records(formatter: click.HelpFormatter, records: Iterable[tuple[str, str]]) -> None:
    """Two columns; an option stays in one piece, where click's own list breaks it at a hyphen."""
    margin = " " * formatter.current_indent
    for names, text in records:
        lines = textwrap.wrap(text, formatter.width - len(margin) - _TEXT_COLUMN, break_on_hyphens=False) or [
            ""
        ]
        first = names.ljust(_TEXT_COLUMN)
        if len(names) > _TEXT_COLUMN - 2:
            formatter.write(f"{margin}{names}\n")
            first = " " * _TEXT_COLUMN
        formatter.write(f"{margin}{first}{lines[0]}\n")
        formatter.write("".join(f"{margin}{' ' * _TEXT_COLUMN}{line}\n" for line in lines[1:]))


def before_and_rest(arguments: list[str]) -> tuple[list[str], list[str]]:
    """The options of every verb that stand in front, and the arguments from the first other word on."""
    index = 0
    while index < len(arguments) and (width := _width(arguments[index])):
        index += width
    return arguments[:index], arguments[index:]


def _width(word: str) -> int:
    """How many arguments an option of every verb takes, 0 for anything else."""
    if word in _WITH_VALUE:
        return 2
    return 1 if word in _FLAGS or word.startswith(("-C", "--directory=")) else 0


def common_options(heading: str = OPTIONS) -> list[click.Parameter]:
    """The options that every verb has."""
    return [
        HeadedOption(
            "--directory",
            "-C",
            heading=heading,
            metavar="DIR",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            default=Path(),
            help="The working directory: where image.toml is and paths start. [default: the current directory]",
        ),
        HeadedOption(
            "--json",
            heading=heading,
            is_flag=True,
            expose_value=False,
            help="One JSON document on standard output, people's words on standard error.",
        ),
        HeadedOption("--debug", heading=heading, is_flag=True, expose_value=False, hidden=True),
    ]
