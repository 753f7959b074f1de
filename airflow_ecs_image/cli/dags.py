"""`dags`: one archive of the DAG folder, its versions in S3, and the pointer to the one that counts."""

from __future__ import annotations

import os
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airflow_ecs_image.cli.help_page import HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation, program_name
from airflow_ecs_image.cli.spec_options import spec_options
from airflow_ecs_image.cli.sub_verbs import SubVerbs

if TYPE_CHECKING:
    from airflow_ecs_image.dags.location import Location
    from airflow_ecs_image.dags.store import Store

_LOCATION = click.argument("location", metavar="LOCATION")
_KEEP_ON_PUSH = 2


def _store(place: Location) -> Store:
    from airflow_ecs_image.dags.store import open_store

    return open_store(place)


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
            type=click.Path(path_type=Path),
            help="Where to write it, a file or a folder. [default: dags-SHA256.tar.gz in the working directory]",
        ),
    ],
)
@click.pass_obj
def pack(invocation: Invocation, /, *, directory: Path, output: Path | None, **options: object) -> None:
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
@_LOCATION
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

    console = invocation.console()
    store = _store(place)
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


@click.command("list", cls=VerbCommand, short_help="List the versions, and which one is current.")
@_LOCATION
@click.pass_obj
def list_versions(invocation: Invocation, /, *, location: str, directory: Path) -> None:  # noqa: ARG001
    """List the versions at LOCATION (s3://BUCKET/PREFIX), the newest first, with the time of upload in UTC."""
    from airflow_ecs_image.dags.location import location as location_of

    place = location_of(location)
    from airflow_ecs_image.dags.pointer import POINTER_NAME
    from airflow_ecs_image.dags.sizes import spoken_bytes
    from airflow_ecs_image.dags.versions import SHOWN, newest_first

    console = invocation.console()
    store = _store(place)
    pointer = store.pointer()
    versions = newest_first(store.versions())
    current = pointer.sha256 if pointer else None
    if versions:
        console.table(
            place.uri(),
            ("version", "size", "uploaded (UTC)", ""),
            [
                (
                    version.sha256[:SHOWN],
                    spoken_bytes(version.size),
                    f"{version.uploaded.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
                    "current" if version.sha256 == current else "",
                )
                for version in versions
            ],
        )
    else:
        console.text(f"{place.uri()} holds no version; `{program_name()} dags push {place.uri()}` makes one")
    if pointer is not None and current not in {version.sha256 for version in versions}:
        what = f"names {pointer.name}, which is none of these" if pointer.name else "cannot be read"
        console.warning(f"{POINTER_NAME} {what}: a container that reads it will not start")
    console.document(
        {
            "location": place.uri(),
            "pointer": place.uri(POINTER_NAME),
            "current": current,
            "versions": [
                {
                    "name": version.name,
                    "sha256": version.sha256,
                    "bytes": version.size,
                    "uploaded": version.uploaded.astimezone(UTC).isoformat(),
                    "current": version.sha256 == current,
                }
                for version in versions
            ],
        }
    )


@click.command(
    "prune",
    cls=VerbCommand,
    short_help="Delete old versions, never the current one.",
    params=[
        HeadedOption(
            "--keep",
            metavar="N",
            type=click.IntRange(min=1),
            required=True,
            help="How many versions stay: the current one and the newest others.",
        )
    ],
)
@_LOCATION
@click.pass_obj
def prune(invocation: Invocation, /, *, location: str, directory: Path, keep: int) -> None:  # noqa: ARG001
    """Delete old versions at LOCATION (s3://BUCKET/PREFIX). The current one stays, however old it is."""
    from airflow_ecs_image.dags.location import location as location_of

    place = location_of(location)
    from airflow_ecs_image.dags.publishing import prune as prune_store

    console = invocation.console()
    deleted, left = prune_store(_store(place), keep, console)
    console.text(f"{len(deleted)} deleted, {left} left in {place.uri()}")
    console.document({"location": place.uri(), "deleted": deleted, "left": left})


@click.command("rollback", cls=VerbCommand, short_help="Move the pointer back to an older version.")
@_LOCATION
@click.argument("version", metavar="[VERSION]", required=False)
@click.pass_obj
def rollback(invocation: Invocation, /, *, location: str, directory: Path, version: str | None) -> None:  # noqa: ARG001
    """Let the pointer at LOCATION (s3://BUCKET/PREFIX) name VERSION, by its hash or the beginning of it; without one,
    the version that was current before. Containers that start from now on fetch that. Nothing is deleted.
    """
    from airflow_ecs_image.dags.location import location as location_of

    place = location_of(location)
    from airflow_ecs_image.dags.pointer import POINTER_NAME
    from airflow_ecs_image.dags.publishing import roll_back
    from airflow_ecs_image.dags.versions import SHOWN

    console = invocation.console()
    move, target = roll_back(_store(place), version, console)
    words = f"is {target.sha256[:SHOWN]} {'now' if move.moved else 'already'}"
    if move.moved and move.before:
        words += f", was {move.before[:SHOWN]}"
    console.text(f"S3_URI={place.uri(POINTER_NAME)} {words}")
    console.document(
        {
            "location": place.uri(),
            "pointer": place.uri(POINTER_NAME),
            "current": move.after,
            "before": move.before,
            "moved": move.moved,
        }
    )


command = SubVerbs(
    "dags",
    [pack, push, list_versions, prune, rollback],
    short_help="Pack the DAGs as one archive, publish it in S3, roll back.",
    help="One archive of the DAG folder, its versions in S3, and the pointer to the one that counts. A container fetches "
    "it in one or two requests: S3_URI names the pointer (the current version) or one archive (always that version).",
)
