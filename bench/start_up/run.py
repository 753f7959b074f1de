"""From the images to the last run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from airflow_ecs_image.console import Console
from bench.contenders import CONTENDERS, build_contenders, image_ids
from bench.machine import machine
from bench.order import turned
from bench.s3.server import BUCKET, serve
from bench.start_up.cases import CPUS, DELAY_MS
from bench.start_up.control_plane import control_plane
from bench.start_up.dag_folder import write
from bench.start_up.line import Line, said
from bench.start_up.results import Results
from bench.start_up.split import split


def run(airflows: Sequence[str], number_of_rounds: int, console: Console) -> Iterator[Results]:
    """Measure every contender of these Airflow versions at every share of a CPU that many times.

    Yields all that is known after each round, and once more when it is known where the time goes.
    """
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-bench-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        built = {airflow: build_contenders(airflow, folder, console) for airflow in airflows}
        results = Results(
            machine=machine(),
            images=image_ids(built.values()),
            rounds=number_of_rounds,
        )
        write(folder / "s3" / BUCKET / "dags")
        s3 = stack.enter_context(serve(folder / "s3", [DELAY_MS]))
        lines = []
        for airflow, contenders in built.items():
            with console.step(f"control plane of Airflow {airflow}"):
                # The reference has all of Airflow, whatever this project leaves out of a worker.
                plane = stack.enter_context(control_plane(contenders[0].tag, airflow))
                count = len(CONTENDERS) * (len(CPUS) * number_of_rounds + 2)
                lines.append(Line(airflow, contenders, plane, plane.queue(count), s3, folder))
        with console.step("warm-up"):
            for line in lines:
                results.warm_ups.extend(line.one(each, None, 0) for each in line.contenders)
        for number in range(number_of_rounds):
            with console.step(f"round {number + 1} of {number_of_rounds}"):
                for line in lines:
                    for cpus in CPUS:
                        for contender in turned(line.contenders, number):
                            ended = line.one(contender, cpus, number)
                            results.runs.append(ended)
                            console.text(f"  {ended.case} {contender.name}: {said(ended)}")
            yield results
        with console.step("where the time goes"):
            for line in lines:
                for contender in line.contenders:
                    found = split(
                        contender,
                        line.workloads.pop(),
                        line.plane,
                        environment=line.environment,
                        inside=line.inside,
                    )
                    results.splits.append(found)
        yield results
