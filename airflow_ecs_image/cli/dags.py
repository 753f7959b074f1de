"""`dags`: one archive of the DAG folder, its versions in S3, and the pointer to the one that counts."""

from __future__ import annotations

import os
from pathlib import Path

import click

from airflow_ecs_image.cli.dag_versions import LOCATION, list_versions, prune, rollback
from airflow_ecs_image.cli.help_page import HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.spec_options import spec_options
from airflow_ecs_image.cli.sub_verbs import SubVerbs

_KEEP_ON_PUSH = 2


@click.command(
    "pack",
    cls=VerbCommand,
    short_help="Write one archive of the DAG folder.",
    params=[
        *spec_options("host_dag_path"),
        HeadedOption(
            "--output",
            "-o",
            metavar="FILE",
            help="Where to write it, a file or a folder. [default: dags-SHA256.tar.gz in the working directory]",
        ),
    ],
)
@click.pass_obj
def pack(invocation: Invocation, /, *, directory: Path, output: str | None, **options: object) -> None:
    """Write what `build` would copy into an image as one archive, named by its hash: the same files are the same
    bytes on every machine. Version control, caches, secrets and what .dockerignore and .airflowignore name stay out.
    """
    from airflow_ecs_image.spec import load_spec

    spec = load_spec(options, os.environ, directory)
    from airflow_ecs_image.dags.packing import pack_dag_folder, write_archive
    from airflow_ecs_image.dags.sizes import spoken_bytes

    console = invocation.console()
    packed = pack_dag_folder(spec, directory, console)
    archive = packed.archive
    path = write_archive(archive, directory, output, directory / spec.host_dag_path)
    sizes = f"{spoken_bytes(len(archive.content))}, unpacked {spoken_bytes(archive.unpacked_bytes)}"
    console.text(f"wrote {path} ({sizes})")
    console.document({"archive": str(path.absolute()), **packed.as_json()})


@click.command(
    "push",
    cls=VerbCommand,
    short_help="Upload the archive, then move the pointer to it.",
    params=[
        *spec_options("host_dag_path"),
        HeadedOption(
            "--image",
            metavar="IMAGE",
            help="Import every DAG in this image first; nothing is uploaded if one fails.",
        ),
        HeadedOption(
            "--keep",
            metavar="N",
            type=click.IntRange(min=_KEEP_ON_PUSH),
            help="Then delete old versions: N stay, this one and the one before it in any case.",
        ),
    ],
)
@LOCATION
@click.pass_obj
def push(
    invocation: Invocation,
    /,
    *,
    location: str,
    directory: Path,
    image: str | None,
    keep: int | None,
    **options: object,
) -> None:
    """Pack the DAG folder, upload the archive to LOCATION (s3://BUCKET/PREFIX) unless it is there, and move the
    pointer latest.sha256 last: whoever reads it finds the old DAGs or the new ones, all of them. A pointer that
    somebody else moved meanwhile is left alone.
    """
    from airflow_ecs_image.dags.location import location as location_of
    from airflow_ecs_image.spec import load_spec

    place = location_of(location)
    spec = load_spec(options, os.environ, directory)
    from airflow_ecs_image.dags.packing import pack_dag_folder
    from airflow_ecs_image.dags.pointer import POINTER_NAME
    from airflow_ecs_image.dags.publishing import publish
    from airflow_ecs_image.dags.store import open_store

    console = invocation.console()
    store = open_store(place)
    seen = store.pointer()
    packed = pack_dag_folder(spec, directory, console)
    document: dict[str, object] = {"location": place.uri(), **packed.as_json()}
    if image is not None:
        from airflow_ecs_image.dags.trial import try_imports

        document |= {"image": image, "imports": try_imports(packed.archive, image, console)}
    done = publish(store, packed.archive, seen, keep=keep, console=console)
    console.text(
        f"S3_URI={place.uri(POINTER_NAME)} is this version now"
        if done.move.moved
        else f"S3_URI={place.uri(POINTER_NAME)} is this version already"
    )
    console.text(f"S3_URI={place.uri(packed.archive.name)} stays this version")
    console.document(
        document
        | {
            "archive": place.uri(packed.archive.name),
            "pointer": place.uri(POINTER_NAME),
            "uploaded": done.uploaded,
            "moved": done.move.moved,
            "before": done.move.before,
            "deleted": done.deleted,
        }
    )


command = SubVerbs(
    "dags",
    [pack, push, list_versions, prune, rollback],
    short_help="Pack the DAGs as one archive, publish it in S3, roll back.",
    help="One archive of the DAG folder, its versions in S3, and the pointer to the one that counts. A container fetches "
    "it in one or two requests: S3_URI names the pointer (the current version) or one archive (always that version).",
)
