"""`python -m bench`: the command line of `make bench`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import SpecError, ToolkitError
from bench.measurement import Measurement, Options
from bench.measurements import ALL, BY_NAME, USUAL

_CHECKOUT = Path(__file__).resolve().parents[1]
_PUBLISHED = _CHECKOUT / "bench/results"
_PARTIAL = _CHECKOUT / "build/bench"
_EPILOG = "\b\nMeasurements:\n" + "\n".join(f"  {each.name:10} {each.title}" for each in ALL)


@click.command(epilog=_EPILOG)
@click.argument("measurements", nargs=-1, metavar="[MEASUREMENT]...", type=click.Choice(tuple(BY_NAME)))
@click.option("--runs", type=click.IntRange(1), help="Rounds of each case. Default: 5, quick fewer.")
@click.option("--quick", is_flag=True, help="Few rounds of the cases that tell most.")
@click.option(
    "--cases",
    multiple=True,
    metavar="PATTERN",
    help="dag-fetch: only these, such as '2000-*' or '*-0.25cpu'.",
)
@click.option("--ways", multiple=True, metavar="NAME", help="dag-fetch: only these, and the baseline.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the results go. Default: bench/results, or build/bench when not everything is measured.",
)
@click.option(
    "--again", is_flag=True, help="Measure nothing; make table and chart again from the results there."
)
def main(
    measurements: tuple[str, ...],
    runs: int | None,
    quick: bool,
    cases: tuple[str, ...],
    ways: tuple[str, ...],
    output: Path | None,
    again: bool,
) -> None:
    """Measure what the image costs beside the alternatives; write the runs, a table and a chart of each measurement.

    Without a MEASUREMENT all but dag-fetch, which takes as long as all others together, unless --cases or --ways say
    what of it.
    """
    console = Console()
    options = Options(runs, quick, cases, ways)
    folder = output or (_PARTIAL if quick or cases or ways else _PUBLISHED)
    try:
        for measurement in _chosen(measurements, options):
            _measure(measurement, options, folder, console, again=again)
    except ToolkitError as error:
        console.error(error.message, error.mend, error.details)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        console.error("interrupted; the steps that were complete are written")
        sys.exit(130)


def _chosen(names: tuple[str, ...], options: Options) -> tuple[Measurement, ...]:
    """Those of these names, in the order of all; `--cases` and `--ways` are of the DAG fetch alone."""
    if options.cases or options.ways:
        if set(names) - {"dag-fetch"}:
            raise SpecError("--cases and --ways: of dag-fetch only", mend="name dag-fetch alone, or none")
        return (BY_NAME["dag-fetch"],)
    return tuple(each for each in ALL if each.name in names) if names else USUAL


def _measure(
    measurement: Measurement, options: Options, folder: Path, console: Console, *, again: bool
) -> None:
    path = folder / f"{measurement.name}.json"
    if not again:
        for results in measurement.run(options, console):
            results.save(path)
    elif not path.is_file():
        raise SpecError(f"{path}: no such file", mend="measure first, or name the folder by --output")
    results = measurement.load(path)
    page = measurement.page(results)
    path.with_suffix(".md").write_text(page, encoding="utf-8")
    measurement.draw(results, path.with_suffix(".svg"))
    console.text(page)
    console.note(f"written: {folder}/{measurement.name}.json, .md, .svg")
    if results.failed:
        console.warning(f"{measurement.name}: {results.failed} runs failed; the table names them")


if __name__ == "__main__":
    main(prog_name="python -m bench")
