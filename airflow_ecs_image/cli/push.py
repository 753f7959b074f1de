"""`push`: a checked image to ECR or to any other registry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airflow_ecs_image.cli.help_page import HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation

if TYPE_CHECKING:
    from airflow_ecs_image.registry.manifests import Compression


@click.command(
    "push",
    cls=VerbCommand,
    short_help="Push a checked image to ECR or any other registry.",
    params=[
        HeadedOption(
            "--create",
            is_flag=True,
            help="Make the ECR repository where it is missing, with immutable tags and scan on push.",
        ),
        HeadedOption("--tag", metavar="TAG", help="The tag there. [default: that of IMAGE]"),
        HeadedOption(
            "--compression",
            type=click.Choice(["gzip", "zstd"]),
            metavar="KIND",
            default="gzip",
            help="Of the layers: gzip, or zstd, which unpacks faster and needs skopeo. [default: gzip]",
        ),
        HeadedOption(
            "--compression-level",
            type=click.IntRange(1, 20),
            metavar="LEVEL",
            help="Of zstd, 1 to 20: lower ones take less time here and more bytes for every task. [default: 20]",
        ),
        HeadedOption(
            "--allow-unchecked",
            is_flag=True,
            help="Push also what was never checked, or failed its last check.",
        ),
        HeadedOption(
            "--allow-fallback",
            is_flag=True,
            help="Push also what has the source base only because no registry answered.",
        ),
        HeadedOption(
            "--allow-baked-credentials",
            is_flag=True,
            help="Push also what holds credentials: whoever can pull it can read them.",
        ),
    ],
)
@click.argument("image", metavar="IMAGE")
@click.argument("repository", metavar="REPOSITORY")
@click.pass_obj
def command(
    invocation: Invocation,
    /,
    *,
    image: str,
    repository: str,
    directory: Path,  # noqa: ARG001 - every verb has it
    create: bool,
    tag: str | None,
    compression: Compression,
    compression_level: int | None,
    **allowed: bool,
) -> None:
    """Push an image that was built and checked here to REPOSITORY: ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME,
    public.ecr.aws/ALIAS/NAME, or HOST/NAME of any registry, each with :TAG if you like. ECR gets a fresh token by the
    AWS credentials of this machine, other registries the login of docker. The last line is the digest reference.
    """
    from airflow_ecs_image.registry.push import push

    console = invocation.console()
    flags = frozenset(f"--{name.replace('_', '-')}" for name, given in allowed.items() if given)
    done = push(
        image,
        repository,
        console=console,
        tag=tag,
        create=create,
        compression=compression,
        level=compression_level,
        allowed=flags,
    )
    console.text(done.reference)
    console.document(done.as_json())
