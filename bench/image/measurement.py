"""How the command line measures bytes, pull and rebuild."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_ecs_image.console import Console
from bench.contenders.model import AIRFLOWS
from bench.image.chart import draw
from bench.image.report import page
from bench.image.results import Results
from bench.image.run import run
from bench.measurement import Measurement, Options

_ROUNDS, _QUICK_ROUNDS = 5, 1


def _run(options: Options, console: Console) -> Iterator[Results]:
    """Quick is the newest Airflow alone."""
    airflows = AIRFLOWS[:1] if options.quick else AIRFLOWS
    return run(airflows, options.rounds(_ROUNDS, _QUICK_ROUNDS), console)


IMAGE = Measurement("image", "bytes, cold pull and rebuild", _run, Results.load, page, draw)
