"""`ecs iam`: the policies of a deployment, with the reason for each statement."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from airflow_ecs_image.cli.ecs_specs import load_specs
from airflow_ecs_image.cli.help_page import FOOTNOTE, HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.output_file import write_output
from airflow_ecs_image.cli.spec_options import ecs_options, spec_options
from airflow_ecs_image.errors import SpecError

_ALL = "all"
_FORMATS = ("json", "shell")


@click.command(
    "iam",
    cls=VerbCommand,
    epilog=FOOTNOTE,
    short_help="Least-privilege policies, with the reason for each statement.",
    params=[
        click.Argument(["policy"], metavar="[POLICY]", required=False, default=_ALL),
        HeadedOption("--output", "-o", metavar="FILE", help="Write it there instead of standard output."),
        HeadedOption(
            "--format",
            metavar="FORMAT",
            default=_FORMATS[0],
            type=click.Choice(_FORMATS),
            help="json, or shell: commands of the AWS CLI that make the roles. [default: json]",
        ),
        HeadedOption(
            "--kms-key",
            metavar="ARN",
            multiple=True,
            help="A key of your own that secrets or buckets are encrypted with.",
        ),
        *spec_options("airflow_version", "s3_uri", "dag_bundle"),
        *ecs_options(),
    ],
)
@click.pass_obj
def iam(
    invocation: Invocation,
    /,
    *,
    directory: Path,
    policy: str,
    output: str | None,
    format: str,  # noqa: A002 - the option is called so
    kms_key: tuple[str, ...],
    **options: object,
) -> None:
    """Print policies with the resources of both specs filled in. POLICY is trust (who may take the two roles),
    execution-role, task-role, scheduler, api-server or all, which is the default. The table of reasons is on standard error.
    """
    from airflow_ecs_image.cli.usage import closest
    from airflow_ecs_image.ecs.iam import POLICIES, as_text, policies, shell_script
    from airflow_ecs_image.ecs.place import place_of

    if policy not in (*POLICIES, _ALL):
        known = closest(policy, POLICIES) or f"; they are {', '.join((*POLICIES, _ALL))}"
        raise SpecError(f"unknown policy {policy}{known}")
    specs = load_specs(options, directory)
    console = invocation.console(output_is_for_programs=True)
    place = place_of(specs.image, specs.ecs)
    made = policies(
        specs.image, specs.ecs, place, POLICIES if policy == _ALL else (policy,), kms_keys=kms_key
    )
    if not made:
        raise SpecError(
            f"{policy}: it needs no permission: neither DAGs in S3 nor remote_logs are set",
            mend="--remote-logs s3://BUCKET/PREFIX, or leave the role without a policy",
        )
    documents = {each.name: each.document() for each in made}
    text = (
        shell_script(made, specs.ecs, place)
        if format == "shell"
        else as_text(documents if policy == _ALL else documents[policy])
    )
    console.table(
        "",
        ("policy", "statement", "why"),
        [(each.name, statement.sid, statement.why) for each in made for statement in each.statements],
    )
    if output is not None:
        write_output(text, directory / output, console)
    if invocation.json_mode:
        console.document(
            {
                "policies": documents,
                "why": {statement.sid: statement.why for each in made for statement in each.statements},
            }
        )
    elif output is None:
        sys.stdout.write(text)
