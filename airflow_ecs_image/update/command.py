"""The command line of `make update`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import CheckFailed, SpecError, ToolkitError
from airflow_ecs_image.update.drift import problems
from airflow_ecs_image.update.update import Update
from airflow_ecs_image.versions import load_versions, versions_path

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail when versions.toml and the locks disagree.")
@click.option(
    "--airflow", metavar="X.Y.Z", help="This Airflow only; a new one is copied from its minor version."
)
@click.option(
    "--constraints",
    type=FILE,
    help="A constraint set on disk, for where raw.githubusercontent.com is out of reach; needs --airflow.",
)
@click.option(
    "--requirements",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that holds versions.toml and the locks. Default: this toolkit's own.",
)
def main(check: bool, airflow: str | None, constraints: Path | None, requirements: Path | None) -> None:
    """Rewrite requirements/versions.toml and the locks, and say what changed."""
    console = Console()
    folder = requirements or versions_path().parent
    try:
        if check:
            _check(folder)
        elif constraints and not airflow:
            raise SpecError("constraints: one file serves one Airflow", mend="add --airflow X.Y.Z")
        else:
            today = dt.datetime.now(dt.UTC).date()
            Update(console, folder, constraints, today=today).run(airflow)
    except ToolkitError as error:
        console.error(str(error), error.mend, error.details)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        console.error("interrupted; what was already written is complete")
        sys.exit(130)


def _check(folder: Path) -> None:
    found = tuple(problems(load_versions(versions_path(folder)), folder))
    if found:
        raise CheckFailed(f"{folder} does not agree with itself", mend="make update", details=found)
