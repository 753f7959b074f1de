"""`dags list`, `prune` and `rollback`: the versions in S3."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import click

from airflow_ecs_image.cli.help_page import HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation, program_name

LOCATION = click.argument("location", metavar="LOCATION")
"""Where the versions are: s3://BUCKET/PREFIX."""


@click.command("list", cls=VerbCommand, short_help="List the versions, and which one is current.")
@LOCATION
@click.pass_obj
def list_versions(invocation: Invocation, /, *, location: str, directory: Path) -> None:  # noqa: ARG001
    """List the versions at LOCATION (s3://BUCKET/PREFIX), the newest first, with the time of upload in UTC."""
    from airflow_ecs_image.dags.location import location as location_of

    place = location_of(location)
    from airflow_ecs_image.dags.pointer import POINTER_NAME
    from airflow_ecs_image.dags.sizes import spoken_bytes
    from airflow_ecs_image.dags.store import open_store
    from airflow_ecs_image.dags.versions import SHOWN, newest_first

    console = invocation.console()
    store = open_store(place)
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
@LOCATION
@click.pass_obj
def prune(invocation: Invocation, /, *, location: str, directory: Path, keep: int) -> None:  # noqa: ARG001
    """Delete old versions at LOCATION (s3://BUCKET/PREFIX). The current one stays, however old it is."""
    from airflow_ecs_image.dags.location import location as location_of

    place = location_of(location)
    from airflow_ecs_image.dags.publishing import prune as prune_store
    from airflow_ecs_image.dags.store import open_store

    console = invocation.console()
    deleted, left = prune_store(open_store(place), keep, console)
    console.text(f"{len(deleted)} deleted, {left} left in {place.uri()}")
    console.document({"location": place.uri(), "deleted": deleted, "left": left})


@click.command("rollback", cls=VerbCommand, short_help="Move the pointer back to an older version.")
@LOCATION
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
    from airflow_ecs_image.dags.store import open_store
    from airflow_ecs_image.dags.versions import SHOWN

    console = invocation.console()
    move, target = roll_back(open_store(place), version, console)
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
