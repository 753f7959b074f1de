"""A verb that has verbs of its own, such as `dags push`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from airflow_ecs_image.cli.help_page import (
    CONTEXT_SETTINGS,
    VerbCommand,
    before_and_rest,
    common_options,
    write_options,
)
from airflow_ecs_image.cli.usage import closest


class SubVerbs(click.Group):
    """The verb; alone it prints its help page. Options of every verb may stand before or after the sub-verb."""

    def __init__(self, name: str, commands: Sequence[VerbCommand], **settings: Any) -> None:
        super().__init__(
            name,
            commands={command.name or "": command for command in commands},
            params=common_options(),
            context_settings=CONTEXT_SETTINGS,
            options_metavar="[OPTIONS]",
            subcommand_metavar="SUB-VERB ...",
            **settings,
        )

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """The names of the sub-verbs, in the order in which one needs them."""
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Find the sub-verb and hand it all options; without one print the help page."""
        before, rest = before_and_rest(args)
        if rest and not rest[0].startswith("-"):
            return super().parse_args(ctx, [rest[0], *before, *rest[1:]])
        if not rest and "--json" not in before:
            click.echo(ctx.get_help())
            ctx.exit()
        if not rest:
            raise click.UsageError(f"a sub-verb is missing; they are {', '.join(self.commands)}", ctx)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Refuse an unknown sub-verb with the closest one."""
        if args[0] not in self.commands:
            known = closest(args[0], self.commands) or "; they are " + ", ".join(self.commands)
            raise click.UsageError(f"unknown sub-verb {self.name} {args[0]}{known}", ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sub-verbs with their arguments, then the options that all of them have."""
        rows = [
            (" ".join([name, *command.collect_usage_pieces(ctx)[1:]]), command.get_short_help_str(limit=80))
            for name, command in self.commands.items()
        ]
        with formatter.section("Sub-verbs"):
            formatter.write_dl(rows)
        write_options(ctx, formatter, self.get_params(ctx))
