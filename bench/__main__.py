"""`python -m bench`: the command line of `make bench`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import SpecError, ToolkitError
from bench.dag_fetch.cases import ALL, QUICK, matching
from bench.dag_fetch.chart import draw
from bench.dag_fetch.report import page
from bench.dag_fetch.results import Results
from bench.dag_fetch.run import run
from bench.dag_fetch.ways import BASELINE, WAYS, Way

_CHECKOUT = Path(__file__).resolve().parents[1]
_PUBLISHED = _CHECKOUT / "bench/results"
_PARTIAL = _CHECKOUT / "build/bench"
_RUNS, _QUICK_RUNS = 5, 3


@click.command()
@click.option(
    "--runs", type=click.IntRange(1), help=f"Rounds of each case. Default: {_RUNS}, quick {_QUICK_RUNS}."
)
@click.option("--quick", is_flag=True, help="Only 200 files with 20 ms a request, at full and at 0.25 CPU.")
@click.option(
    "--cases", multiple=True, metavar="PATTERN", help="Only these, such as '2000-*' or '*-0.25cpu'."
)
@click.option(
    "--ways", multiple=True, metavar="NAME", help=f"Only these: {', '.join(way.name for way in WAYS)}."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the results go. Default: bench/results, or build/bench when not everything is measured.",
)
@click.option(
    "--again", is_flag=True, help="Measure nothing; make table and chart again from the results there."
)
def main(
    runs: int | None,
    quick: bool,
    cases: tuple[str, ...],
    ways: tuple[str, ...],
    output: Path | None,
    again: bool,
) -> None:
    """Measure how long fetching the DAGs takes, and write the runs, a table and a chart of them."""
    console = Console()
    partial = bool(quick or cases or ways)
    folder = output or (_PARTIAL if partial else _PUBLISHED)
    try:
        path = folder / "dag-fetch.json"
        if not again:
            chosen = matching(cases, QUICK if quick else ALL)
            if not chosen:
                raise SpecError(
                    f"cases: no name matches {', '.join(cases)}",
                    mend=f"such as {ALL[0].name} or '{ALL[-1].files}-*'",
                )
            number = runs or (_QUICK_RUNS if quick else _RUNS)
            for results in run(chosen, _ways(ways), number, console):
                results.save(path)
        elif not path.is_file():
            raise SpecError(f"{path}: no such file", mend="measure first, or name the folder by --output")
        results = Results.load(path)
        (folder / "dag-fetch.md").write_text(page(results), encoding="utf-8")
        draw(results, folder / "dag-fetch.svg")
        console.text(page(results))
        console.note(f"written: {folder}/dag-fetch.json, .md, .svg")
        failed = sum(each.error is not None for each in results.runs)
        if failed:
            console.warning(f"{failed} of {len(results.runs)} runs failed; the table names them")
    except ToolkitError as error:
        console.error(error.message, error.mend, error.details)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        console.error("interrupted; the cases that were complete are written")
        sys.exit(130)


def _ways(names: tuple[str, ...]) -> tuple[Way, ...]:
    """The ways of those names and the baseline, which every ratio needs."""
    unknown = set(names) - {way.name for way in WAYS}
    if unknown:
        raise SpecError(
            f"ways: {', '.join(sorted(unknown))} is none",
            mend=f"one of {', '.join(way.name for way in WAYS)}",
        )
    return tuple(way for way in WAYS if not names or way is BASELINE or way.name in names)


if __name__ == "__main__":
    main(prog_name="python -m bench")
