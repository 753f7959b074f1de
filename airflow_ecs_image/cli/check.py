"""`check`: prove that a worker runs in an image, also in one that was built elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airflow_ecs_image.cli.help_page import HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.errors import CheckFailed

if TYPE_CHECKING:
    from airflow_ecs_image.checks.model import Expectations


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
    **options: object,
) -> int:
    """Run the image and prove that the ECS executor can use it: versions, DAGs, both kinds of worker command, signals,
    users, credentials. What is expected is said by the options, else by image.toml, else by the image's own labels.
    """
    from airflow_ecs_image.checks import run_checks

    console = invocation.console()
    left_out = [name for names in skip for name in names.split(",")]
    report = run_checks(image, expectations=_expectations(options, directory), console=console, skip=left_out)
    if junit is not None:
        (directory / junit).write_text(report.as_junit(), encoding="utf-8")
    console.document(report.as_json())
    return 0 if report.passed else CheckFailed.exit_code


def _expectations(options: Mapping[str, object], directory: Path) -> Expectations:
    """What the user said; a default of the spec is nobody's word about an image that was built elsewhere."""
    from airflow_ecs_image.checks.model import Expectations
    from airflow_ecs_image.spec import load_spec
    from airflow_ecs_image.spec.sources import gather

    expected = {name: str(value) for name, value in options.items() if value is not None}
    said = gather({}, os.environ, directory).values.keys() & {"airflow_version", "python_version", "platform"}
    if said - expected.keys():
        spec = load_spec({}, os.environ, directory)
        for name in said - expected.keys():
            value = getattr(spec, name)
            if isinstance(value, str):
                expected[name] = value
            elif len(value) == 1:
                expected[name] = value[0]
    return Expectations(**expected)
