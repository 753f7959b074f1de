"""How the command line measures the DAG fetch."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import SpecError
from bench.dag_fetch.cases import ALL, QUICK, matching
from bench.dag_fetch.chart import draw
from bench.dag_fetch.report import page
from bench.dag_fetch.results import Results
from bench.dag_fetch.run import run
from bench.dag_fetch.ways import BASELINE, WAYS, Way
from bench.measurement import Measurement, Options

_ROUNDS, _QUICK_ROUNDS = 5, 3


def _run(options: Options, console: Console) -> Iterator[Results]:
    """Raises SpecError for a case or a way that does not exist."""
    chosen = matching(options.cases, QUICK if options.quick else ALL)
    if not chosen:
        raise SpecError(
            f"cases: no name matches {', '.join(options.cases)}",
            mend=f"such as {ALL[0].name} or '{ALL[-1].files}-*'",
        )
    return run(chosen, _ways(options.ways), options.rounds(_ROUNDS, _QUICK_ROUNDS), console)


def _ways(names: tuple[str, ...]) -> tuple[Way, ...]:
    """The ways of those names and the baseline, which every ratio needs."""
    unknown = set(names) - {way.name for way in WAYS}
    if unknown:
        raise SpecError(
            f"ways: {', '.join(sorted(unknown))} is none",
            mend=f"one of {', '.join(way.name for way in WAYS)}",
        )
    return tuple(way for way in WAYS if not names or way is BASELINE or way.name in names)


DAG_FETCH = Measurement("dag-fetch", "container start to Airflow, DAGs on S3", _run, Results.load, page, draw)
