"""`check`: prove that a worker runs in an image, also in one that was built elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airflow_ecs_image.cli.help_page import HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.errors import CheckFailed, SpecError

if TYPE_CHECKING:
    from airflow_ecs_image.checks.model import Expectations

_CONNECTION = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
_SAID = ("airflow_version", "python_version", "platform")


@click.command(
    "check",
    cls=VerbCommand,
    short_help="Prove any image, also one built elsewhere.",
    params=[
        HeadedOption("--airflow-version", metavar="X.Y.Z", help="The Airflow version of your scheduler."),
        HeadedOption("--python-version", metavar="X.Y", help="The Python version of your scheduler."),
        HeadedOption(
            "--platform", metavar="PLATFORM", help="The platform of your ECS tasks, such as linux/arm64."
        ),
        HeadedOption(
            "--size-budget",
            metavar="SIZE",
            help="The most that the image may weigh, compressed, such as 150 MB.",
        ),
        HeadedOption(
            "--start-budget",
            metavar="TIME",
            help="The most CPU seconds that a worker may take until its DAG file is imported, such as 3 s.",
        ),
        HeadedOption(
            "--skip",
            metavar="NAME",
            multiple=True,
            help="Leave out a check; a list takes commas or repeated options.",
        ),
        HeadedOption(
            "--junit",
            metavar="FILE",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Write the results as JUnit XML as well.",
        ),
        HeadedOption(
            "--database",
            heading="Database",
            is_flag=True,
            help="Try the database instead, from inside the image: the connection string of "
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN in this environment, or of --database-file.",
        ),
        HeadedOption(
            "--database-file",
            heading="Database",
            metavar="FILE",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="A file that holds the connection string and nothing else.",
        ),
        HeadedOption(
            "--network",
            heading="Database",
            metavar="NAME",
            help="The Docker network from which the container looks for the database.",
        ),
    ],
)
@click.argument("image", metavar="IMAGE")
@click.pass_obj
def command(
    invocation: Invocation,
    /,
    *,
    image: str,
    directory: Path,
    skip: tuple[str, ...],
    junit: Path | None,
    database: bool,
    database_file: Path | None,
    network: str | None,
    **options: object,
) -> int:
    """Run the image and prove that the ECS executor can use it: versions, DAGs, both kinds of worker command, signals,
    users, credentials. What is expected is said by the options, else by image.toml, else by the image's own labels.
    """
    console = invocation.console()
    if database or database_file is not None:
        from airflow_ecs_image.checks.database import check_database

        connection = _connection(database_file)
        report = check_database(image, connection, network=network, console=console)
    else:
        from airflow_ecs_image.checks import run_checks

        left_out = [name for names in skip for name in names.split(",")]
        expectations = _expectations(options, directory)
        report = run_checks(image, expectations=expectations, console=console, skip=left_out)
    if junit is not None:
        (directory / junit).write_text(report.as_junit(), encoding="utf-8")
    console.document(report.as_json())
    return 0 if report.passed else CheckFailed.exit_code


def _connection(file: Path | None) -> str:
    """The connection string; never an option's value, which other users of the machine could read."""
    if file is not None:
        connection = file.read_text(encoding="utf-8").strip()
        if not connection:
            raise SpecError(f"{file}: it is empty", mend="one line: the connection string")
        return connection
    connection = os.environ.get(_CONNECTION, "")
    if not connection:
        raise SpecError(
            f"{_CONNECTION}: it is not set, and --database tries what it names",
            mend=f"export {_CONNECTION}='postgresql+psycopg2://USER:PASSWORD@HOST:5432/DATABASE', or --database-file FILE",
        )
    return connection


def _expectations(options: Mapping[str, object], directory: Path) -> Expectations:
    """What the user said; a default of the spec is nobody's word about an image that was built elsewhere."""
    from airflow_ecs_image.checks.model import Expectations
    from airflow_ecs_image.spec import load_spec
    from airflow_ecs_image.spec.rules import budgets
    from airflow_ecs_image.spec.sources import gather

    given = {name: str(value) for name, value in options.items() if value is not None}
    # A budget's value is read by the spec's rule; the versions are anybody's, also those that this release cannot build.
    ruled = {name: value for name, value in given.items() if name in budgets.BUDGET_FIELDS}
    expected = {name: value for name, value in given.items() if name not in ruled}
    said = gather(ruled, os.environ, directory).values.keys() & {*_SAID, *budgets.BUDGET_FIELDS}
    if said - expected.keys():
        spec = load_spec(ruled, os.environ, directory)
        for name in said - expected.keys():
            value = getattr(spec, name)
            if isinstance(value, str):
                expected[name] = value
            elif len(value) == 1:
                expected[name] = value[0]
    size, start = (expected.pop(name, None) for name in budgets.BUDGET_FIELDS)
    return Expectations(
        **expected,
        size_budget=None if size is None else budgets.size_bytes(size),
        start_budget=None if start is None else budgets.seconds(start),
    )
