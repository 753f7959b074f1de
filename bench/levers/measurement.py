"""How the command line measures the levers."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_ecs_image.console import Console
from bench.contenders.model import AIRFLOWS
from bench.levers.chart import draw
from bench.levers.report import page
from bench.levers.results import Results
from bench.levers.run import run
from bench.measurement import Measurement, Options

_ROUNDS, _QUICK_ROUNDS = 5, 1


def _run(options: Options, console: Console) -> Iterator[Results]:
    """Quick is the newest Airflow alone."""
    airflows = AIRFLOWS[:1] if options.quick else AIRFLOWS
    return run(airflows, options.rounds(_ROUNDS, _QUICK_ROUNDS), console)


LEVERS = Measurement("levers", "what each lever brings alone", _run, Results.load, page, draw)
