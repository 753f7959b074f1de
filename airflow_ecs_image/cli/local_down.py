"""`local down`: a stack without a trace."""

from __future__ import annotations

from pathlib import Path

import click

from airflow_ecs_image.cli.help_page import VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.local_options import name_option


@click.command(
    "down",
    cls=VerbCommand,
    short_help="Remove the stack: containers, networks, volumes, secrets.",
    params=[name_option()],
)
@click.pass_obj
def down(invocation: Invocation, /, *, directory: Path, stack_name: str) -> None:  # noqa: ARG001
    """Remove all that carries the stack's name, tasks that still run with it, however much of it there is. Its images stay.
    Nothing happens, and the exit code is 0, where there is nothing.
    """
    console = invocation.console()
    from airflow_ecs_image.local.stack import down as remove
    from airflow_ecs_image.local.stack.images import REPOSITORIES

    removed = remove(stack_name, console)
    if removed.anything:
        console.text(
            f"services: {removed.services}, tasks: {removed.tasks}, networks: {removed.networks}, "
            f"volumes: {removed.volumes}, all gone"
        )
        console.text(f"the images stay: docker image rm $(docker image ls --quiet '{REPOSITORIES}')")
    console.document(
        {
            "name": stack_name,
            "services": removed.services,
            "tasks": removed.tasks,
            "networks": removed.networks,
            "volumes": removed.volumes,
        }
    )
