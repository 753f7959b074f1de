"""`size`: what an image weighs, by layer and by package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airflow_ecs_image.cli.help_page import HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.output_file import write_output
from airflow_ecs_image.errors import SpecError

if TYPE_CHECKING:
    from airflow_ecs_image.console import Console
    from airflow_ecs_image.size_report import SizeReport

_PICTURE = ".svg"


@click.command(
    "size",
    cls=VerbCommand,
    short_help="Show what an image weighs, by layer and by package.",
    params=[
        HeadedOption(
            "--against",
            metavar="IMAGE",
            help="Show what grew and what shrank since another image as well.",
        ),
        HeadedOption("--output", metavar="FILE", help="Draw the report as well: a picture, FILE.svg."),
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
    against: str | None,
    output: str | None,
) -> None:
    """Read an image that this engine holds, and show what it weighs: each layer, each Python distribution, and the rest by
    what it is. Layers' compressed bytes are those that a registry would hold by gzip; those of a package are an estimate.
    """
    console = invocation.console()
    picture = _picture(output, directory)
    report = _measured(image, console)
    before = _measured(against, console) if against is not None else None
    document = report.as_json()
    _show(report, console)
    if before is not None:
        document["against"] = _show_changes(report, before, console)
    if picture is not None:
        from airflow_ecs_image.size_report.bars_svg import svg_of

        write_output(svg_of(report), picture, console)
    console.document(document)


def _measured(image: str, console: Console) -> SizeReport:
    from airflow_ecs_image.size_report import measure

    with console.step(f"Read {image}"):
        return measure(image)


def _show(report: SizeReport, console: Console) -> None:
    from airflow_ecs_image.size_report import words

    console.table(f"{report.image} ({report.platform})", words.LAYER_COLUMNS, words.layer_rows(report))
    console.table(
        "By package (compressed: an estimate)",
        words.GROUP_COLUMNS,
        words.group_rows(report),
    )


def _show_changes(report: SizeReport, before: SizeReport, console: Console) -> dict[str, object]:
    from airflow_ecs_image.size_report import words

    found = words.changes(report, before)
    grown = words.megabytes(report.compressed - before.compressed)
    unpacked = words.megabytes(report.bytes - before.bytes)
    title = f"Against {before.image}: {grown:+.1f} MB compressed, {unpacked:+.1f} MB unpacked"
    console.table(title, words.CHANGE_COLUMNS, words.change_rows(found))
    return {
        "image": before.image,
        "image_id": before.image_id,
        "compressed_bytes": report.compressed - before.compressed,
        "unpacked_bytes": report.bytes - before.bytes,
        "changes": [change.as_json() for change in found],
    }


def _picture(output: str | None, directory: Path) -> Path | None:
    """The file for the picture; a mistake in it is said before the image is read."""
    if output is None:
        return None
    path = directory / output
    if path.suffix != _PICTURE:
        raise SpecError(f"--output: '{output}' is not a picture", mend="a name that ends with .svg")
    if not path.parent.is_dir():
        raise SpecError(f"--output: there is no folder {path.parent}", mend="a file in a folder that exists")
    return path
