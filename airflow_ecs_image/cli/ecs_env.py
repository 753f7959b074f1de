"""`ecs env`: the executor's configuration for each component of Airflow."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airflow_ecs_image.cli.ecs_specs import load_specs
from airflow_ecs_image.cli.help_page import FOOTNOTE, HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.output_file import write_output
from airflow_ecs_image.cli.spec_options import ecs_options, spec_options
from airflow_ecs_image.errors import SpecError

if TYPE_CHECKING:
    from airflow_ecs_image.console import Console
    from airflow_ecs_image.spec import EcsSpec, ImageSpec

COMPONENTS = ("all", "scheduler", "api-server", "webserver", "dag-processor", "triggerer", "worker")
_FORMATS = ("shell", "env", "cfg", "json")


@click.command(
    "env",
    cls=VerbCommand,
    epilog=FOOTNOTE,
    short_help="The executor's configuration for scheduler, API server and worker.",
    params=[
        HeadedOption(
            "--for",
            "component",
            metavar="COMPONENT",
            default=COMPONENTS[0],
            type=click.Choice(COMPONENTS),
            help="scheduler, api-server (Airflow 2: webserver), dag-processor, triggerer, worker, or all: those of the "
            "control plane that one machine runs. [default: all]",
        ),
        HeadedOption(
            "--format",
            metavar="FORMAT",
            default=_FORMATS[0],
            type=click.Choice(_FORMATS),
            help="shell (exports), env (Docker's and systemd's env file), cfg (airflow.cfg) or json. [default: shell]",
        ),
        HeadedOption("--output", "-o", metavar="FILE", help="Write it there instead of standard output."),
        HeadedOption(
            "--stack",
            metavar="NAME",
            help="Take what the spec does not say from the outputs of this CloudFormation stack.",
        ),
        HeadedOption(
            "--outputs",
            metavar="FILE",
            help="The same from what `aws cloudformation describe-stacks` printed.",
        ),
        *spec_options("airflow_version", "dag_bundle", "dag_bundle_name"),
        *ecs_options(),
    ],
)
@click.pass_obj
def env(
    invocation: Invocation,
    /,
    *,
    directory: Path,
    component: str,
    format: str,  # noqa: A002 - the option is called so
    output: str | None,
    stack: str | None,
    outputs: str | None,
    **options: object,
) -> None:
    """Print what a component of Airflow has to know, so that its tasks start on ECS, each value as the executor wants it
    spelt. No secret is in it: a shell file ends where one is not set, the other forms name them in comments.
    """
    if stack is not None and outputs is not None:
        raise SpecError("--stack and --outputs: they are two sources of the same", mend="one of the two")
    console = invocation.console(output_is_for_programs=True)
    image, ecs = _specs(options, directory, stack, outputs)
    from airflow_ecs_image.ecs.control_plane_environment import Component, component_environment
    from airflow_ecs_image.ecs.environment_formats import FORMATS, as_document

    environment = component_environment(image, ecs, Component(component))
    text = FORMATS[format](environment)
    _warn(ecs, console)
    if output is not None:
        write_output(text, directory / output, console)
    if invocation.json_mode:
        console.document(as_document(environment))
    elif output is None:
        sys.stdout.write(text)


def _specs(
    options: Mapping[str, object], directory: Path, stack: str | None, outputs: str | None
) -> tuple[ImageSpec, EcsSpec]:
    specs = load_specs(options, directory)
    if stack is None and outputs is None:
        return specs.image, specs.ecs
    from airflow_ecs_image.ecs.stack_outputs import ecs_values, read_outputs, stack_outputs

    # The table was validated before AWS is asked: a wrong value is the nearer mistake.
    region = specs.ecs.region or specs.image.aws_default_region
    found = read_outputs(directory / outputs) if outputs is not None else stack_outputs(str(stack), region)
    return specs.image, specs.ecs_with(ecs_values(found, specs.ecs_said(directory)), directory)


def _warn(ecs: EcsSpec, console: Console) -> None:
    from airflow_ecs_image.ecs.launch import compatibility

    if ecs.capacity_providers and compatibility(ecs) == "EC2":
        console.warning(
            "capacity providers of EC2: the executor sends a platform version all the same, which ECS takes for Fargate alone "
            "(apache/airflow#55279); launch_type EC2 works"
        )
