"""`doctor`: what is missing on this machine, and the command that mends it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from airflow_ecs_image.cli.help_page import VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.spec_options import spec_options
from airflow_ecs_image.errors import SetupFailed


@click.command(
    "doctor",
    cls=VerbCommand,
    short_help="List what this machine needs, its state, and what mends it.",
    params=spec_options("debian_mirror"),
)
@click.pass_obj
def command(invocation: Invocation, /, *, directory: Path, **options: object) -> int:
    """List every prerequisite of building images, how it stands, and the command that mends it."""
    from airflow_ecs_image.setup import State, doctor
    from airflow_ecs_image.spec import load_spec

    console = invocation.console()
    found = doctor(console, debian_mirror=load_spec(options, os.environ, directory).debian_mirror)
    console.table(
        "This machine",
        ["", "prerequisite", "found", "mend"],
        [(each.state, each.name, each.detail, each.mend or "") for each in found],
    )
    missing = [each.name for each in found if each.state is State.MISSING]
    console.document({"ready": not missing, "prerequisites": found})
    return SetupFailed.exit_code if missing else 0
