"""`local up`: Airflow, S3, a database and an endpoint for ECS, in containers."""

from __future__ import annotations

from pathlib import Path

import click

from airflow_ecs_image.cli.help_page import FOOTNOTE, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.local_options import STACK_OPTIONS, stack_request


@click.command(
    "up",
    cls=VerbCommand,
    epilog=FOOTNOTE,
    short_help="Bring the stack up; what is the same already stays.",
    params=[*STACK_OPTIONS],
)
@click.pass_obj
def up(invocation: Invocation, /, *, directory: Path, **options: object) -> None:
    """Build the image, and start what runs its tasks: PostgreSQL, S3, an endpoint in the place of ECS, and Airflow's API
    server, scheduler, DAG processor and triggerer from the image itself. Whatever listens does so on 127.0.0.1, and nobody
    has to log in. A second `up` makes anew what has changed, and nothing else.
    """
    request = stack_request(directory, options)
    console = invocation.console()
    from airflow_ecs_image.local.stack import names
    from airflow_ecs_image.local.stack import up as bring_up

    stack = bring_up(request, console)
    console.table(
        stack.name,
        (),
        [
            ("Airflow", f"{stack.airflow_url} ({stack.airflow_version})"),
            ("S3", stack.s3_url),
            ("ECS endpoint", stack.ecs_url),
            ("image", stack.image),
            ("DAGs", _where(stack.dag_source)),
        ],
    )
    console.text("")
    console.text(f"{names.command('run DAG', stack.name)} runs a DAG; `local down` removes all of it")
    console.document(
        {
            "name": stack.name,
            "airflow_version": stack.airflow_version,
            "airflow_url": stack.airflow_url,
            "s3_url": stack.s3_url,
            "ecs_url": stack.ecs_url,
            "image": stack.image,
            "dag_source": stack.dag_source,
            "region": stack.region,
            "cluster": stack.cluster,
        }
    )


def _where(dag_source: str) -> str:
    return {
        "baked": "in the image",
        "s3": "fetched from S3, file by file",
        "archive": "fetched from S3, as an archive",
    }[dag_source]
