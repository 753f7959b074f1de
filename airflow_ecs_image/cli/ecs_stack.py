"""`ecs stack`: one CloudFormation template of the AWS side."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from airflow_ecs_image.cli.ecs_specs import load_specs
from airflow_ecs_image.cli.help_page import FOOTNOTE, HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.output_file import write_output
from airflow_ecs_image.cli.spec_options import ecs_options, spec_options

# What AWS answers no earlier than the stack is there, and what only the executor is told.
_NOT_OF_A_STACK = (
    "account_id",
    "task_definition",
    "platform_version",
    "conn_id",
    "max_run_task_attempts",
    "check_health_on_startup",
)
_PLACEHOLDER = "stack.yaml"


@click.command(
    "stack",
    cls=VerbCommand,
    epilog=FOOTNOTE,
    short_help="A CloudFormation template: registry, cluster, roles, network, buckets, task definition.",
    params=[
        HeadedOption("--output", "-o", metavar="FILE", help="Write it there instead of standard output."),
        HeadedOption("--database", is_flag=True, help="Add PostgreSQL on RDS, for Airflow's own database."),
        HeadedOption(
            "--kms-key",
            metavar="ARN",
            multiple=True,
            help="A key of your own that existing secrets or buckets are encrypted with.",
        ),
        *spec_options("airflow_version", "platform", "s3_uri", "dag_bundle", "read_only_root_filesystem"),
        *ecs_options(*_NOT_OF_A_STACK),
    ],
)
@click.pass_obj
def stack(
    invocation: Invocation,
    /,
    *,
    directory: Path,
    output: str | None,
    database: bool,
    kms_key: tuple[str, ...],
    **options: object,
) -> None:
    """Print one template for `aws cloudformation deploy`. The specs give the defaults of its parameters; parameters that
    name an existing VPC, bucket, cluster or repository keep the stack from making one. AWS is not asked for anything.
    """
    specs = load_specs(options, directory)
    from airflow_ecs_image.ecs.stack import CAPABILITY, stack_template

    console = invocation.console(output_is_for_programs=True)
    text = stack_template(specs.image, specs.ecs, database=database, kms_keys=kms_key)
    command = _deploy(
        _PLACEHOLDER if output is None else str(directory / output),
        specs.ecs.name,
        CAPABILITY,
        specs.ecs.region,
        dict(specs.ecs.tags),
    )
    if output is not None:
        write_output(text, directory / output, console)
    console.text(f"next: {command}")
    if specs.ecs.image is None:
        console.note(
            "no image is known yet, so that the first deployment makes no task definition; after `push` deploy again with "
            "--parameter-overrides Image=REPOSITORY@sha256:…"
        )
    if invocation.json_mode:
        console.document(
            {
                "template": text,
                "stack": specs.ecs.name,
                "capabilities": [CAPABILITY],
                "deploy": command,
                "output": None if output is None else str((directory / output).absolute()),
            }
        )
    elif output is None:
        sys.stdout.write(text)


def _deploy(file: str, name: str, capability: str, region: str | None, tags: Mapping[str, str]) -> str:
    """The command of the AWS CLI, in one line."""
    words = ["aws", "cloudformation", "deploy", "--template-file", file, "--stack-name", name]
    words += ["--capabilities", capability, "--no-fail-on-empty-changeset"]
    if region is not None:
        words += ["--region", region]
    if tags:
        words += ["--tags", *(f"{key}={value}" for key, value in sorted(tags.items()))]
    return shlex.join(words)
