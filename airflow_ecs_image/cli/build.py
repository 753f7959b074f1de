"""`build`: render, build and check the image of the working directory."""

from __future__ import annotations

import os
from pathlib import Path

import click

from airflow_ecs_image.cli.help_page import FOOTNOTE, HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.spec_options import spec_options
from airflow_ecs_image.spec.option import Heading


@click.command(
    "build",
    cls=VerbCommand,
    epilog=FOOTNOTE,
    short_help="Render, build and check the image; the verb when none is named.",
    params=[
        *spec_options(),
        HeadedOption(
            "--no-check",
            heading=Heading.OUTPUT,
            is_flag=True,
            help="Do not check the image after it was built.",
        ),
        HeadedOption(
            "--no-cache",
            heading=Heading.OUTPUT,
            is_flag=True,
            help="Run every step again, also the unchanged ones.",
        ),
    ],
)
@click.pass_obj
def command(
    invocation: Invocation, /, *, directory: Path, no_check: bool, no_cache: bool, **options: object
) -> None:
    """Render the Dockerfile, build the image with BuildKit, and prove that a worker runs in it."""
    from airflow_ecs_image.spec import load_spec

    # Before the import below: a wrong value is said at once.
    spec = load_spec(options, os.environ, directory)
    from airflow_ecs_image.build import build_image

    console = invocation.console()
    console.document(
        build_image(spec, directory=directory, console=console, check=not no_check, no_cache=no_cache)
    )
