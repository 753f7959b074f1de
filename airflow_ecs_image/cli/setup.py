"""`setup`: install what `doctor` misses."""

from __future__ import annotations

import os
from pathlib import Path

import click

from airflow_ecs_image.cli.help_page import HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.spec_options import spec_options

COMPONENTS = ("engine", "emulation", "root-filesystem")
ALL = "all"


@click.command(
    "setup",
    cls=VerbCommand,
    short_help="Install what is missing on this machine.",
    params=[
        *spec_options("base", "platform"),
        HeadedOption("--yes", "-y", is_flag=True, help="Install without asking."),
    ],
)
@click.argument("what", metavar="[COMPONENT]...", nargs=-1, type=click.Choice([*COMPONENTS, ALL]))
@click.pass_obj
def command(
    invocation: Invocation, /, *, directory: Path, what: tuple[str, ...], yes: bool, **options: object
) -> None:
    """Install and start what is missing: the Docker engine with BuildKit (engine), the emulation of another platform
    (emulation), the tools that make a root filesystem where no registry answers (root-filesystem), or all. Without a
    component it is what the image spec needs.
    """
    from airflow_ecs_image.setup import components_for, install
    from airflow_ecs_image.spec import load_spec

    console = invocation.console()
    if ALL in what:
        chosen: tuple[str, ...] = COMPONENTS
    elif what:
        chosen = tuple(dict.fromkeys(what))
    else:
        spec = load_spec(options, os.environ, directory)
        chosen = tuple(component.value for component in components_for(spec.platform, spec.base))
    install(chosen, assume_yes=yes, console=console)
    console.document({"ready": list(chosen)})
