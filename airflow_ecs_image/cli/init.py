"""`init`: a commented image.toml and a DAG folder, to start from."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from airflow_ecs_image.cli.help_page import VerbCommand
from airflow_ecs_image.cli.invocation import Invocation, program_name


@click.command("init", cls=VerbCommand, short_help="Write a commented image.toml and a DAG folder.")
@click.argument(
    "project", metavar="[DIRECTORY]", type=click.Path(file_okay=False, path_type=Path), default=Path()
)
@click.pass_obj
def command(invocation: Invocation, /, *, directory: Path, project: Path) -> None:
    """Write image.toml, every key explained, and dags/ with example DAGs. Nothing is ever overwritten."""
    from airflow_ecs_image.project import DAG_FOLDER, write_project

    console = invocation.console()
    place = directory / project
    written = write_project(place)
    for path in written.files:
        console.text(f"wrote {place / path}")
    if written.dag_folder_kept:
        console.note(f"{place / DAG_FOLDER} has files of its own, so no example DAG was added")
    working_directory = "" if place == Path() else f" -C {shlex.quote(str(place))}"
    console.text(f"next: {program_name()}{working_directory}")
    console.document({"directory": str(place.absolute()), "written": [str(path) for path in written.files]})
