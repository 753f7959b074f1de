"""The verbs: `build` when none is named; each lives in a module of its own that is imported when it is called."""

from __future__ import annotations

import importlib

import click

from airflow_ecs_image import __version__
from airflow_ecs_image.cli.help_page import CONTEXT_SETTINGS, FOOTNOTE, before_and_rest, write_options
from airflow_ecs_image.cli.usage import closest

VERBS = ("build", "render", "check", "size", "push", "dags", "ecs", "local", "init", "doctor", "setup")
DEFAULT_VERB = "build"


def with_verb(arguments: list[str]) -> list[str]:
    """The arguments with the verb in front: options of every verb may stand before it, and `build` may be left out."""
    before, rest = before_and_rest(arguments)
    if rest and not rest[0].startswith("-"):
        return [rest[0], *before, *rest[1:]]
    if rest and rest[0] in ("-h", "--help", "--version"):
        return rest
    return [DEFAULT_VERB, *before, *rest]


class Verbs(click.Group):
    """The command line itself. Its help page shows the verbs and the options of `build`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """The names of the verbs, the main job first."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one verb."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"airflow_ecs_image.cli.{cmd_name}").command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Find the verb, then let click parse."""
        return super().parse_args(ctx, with_verb(args))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Refuse an unknown verb with the closest one."""
        if args[0] not in VERBS:
            raise click.UsageError(
                f"unknown verb {args[0]}{closest(args[0], VERBS) or '; the verbs are ' + ', '.join(VERBS)}",
                ctx,
            )
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs, then the options of the verb that may be left out."""
        self.format_commands(ctx, formatter)
        if build := self.get_command(ctx, DEFAULT_VERB):
            write_options(ctx, formatter, [each for each in build.get_params(ctx) if each.name != "help"])

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one line for each verb."""
        verbs = [(name, command) for name in VERBS if (command := self.get_command(ctx, name))]
        with formatter.section("Verbs"):
            formatter.write_dl([(name, command.get_short_help_str(limit=80)) for name, command in verbs])


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(__version__)
        context.exit()


command_line = Verbs(
    help="Render, build and prove the container image for Apache Airflow's AWS ECS executor. "
    "Without a verb, `build` is meant.",
    epilog=FOOTNOTE,
    subcommand_metavar="[VERB] [OPTIONS]...",
    options_metavar="",
    context_settings=CONTEXT_SETTINGS,
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_version,
            help="The version.",
        )
    ],
)
