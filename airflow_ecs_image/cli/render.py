"""`render`: print the Dockerfile and build nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from airflow_ecs_image.cli.help_page import FOOTNOTE, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.spec_options import spec_options


@click.command(
    "render",
    cls=VerbCommand,
    epilog=FOOTNOTE,
    short_help="Print the Dockerfile, build nothing.",
    params=spec_options(),
)
@click.pass_obj
def command(invocation: Invocation, /, *, directory: Path, **options: object) -> None:
    """Print the Dockerfile. It builds without this toolkit: render > Dockerfile && docker build ."""
    from airflow_ecs_image.spec import load_spec

    spec = load_spec(options, os.environ, directory)
    from airflow_ecs_image.build.plan import render_dockerfile

    console = invocation.console(output_is_for_programs=True)
    dockerfile = render_dockerfile(spec, directory=directory, console=console)
    if invocation.json_mode:
        console.document({"dockerfile": dockerfile})
    else:
        sys.stdout.write(dockerfile)
