"""How the command line measures the start-up."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_ecs_image.console import Console
from bench.contenders.model import AIRFLOWS
from bench.measurement import Measurement, Options
from bench.start_up.chart import draw
from bench.start_up.report import page
from bench.start_up.results import Results
from bench.start_up.run import run

_ROUNDS, _QUICK_ROUNDS = 5, 1


def _run(options: Options, console: Console) -> Iterator[Results]:
    """Quick is the newest Airflow alone."""
    airflows = AIRFLOWS[:1] if options.quick else AIRFLOWS
    return run(airflows, options.rounds(_ROUNDS, _QUICK_ROUNDS), console)


START_UP = Measurement(
    "start-up", "container start to the first line of task code", _run, Results.load, page, draw
)
