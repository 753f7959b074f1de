"""From the images to the last run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from airflow_ecs_image.console import Console
from airflow_ecs_image.spec.levers import LEVERS
from bench.contenders import build_contender, image_ids
from bench.contenders.dockerfile import silent
from bench.levers.results import Results, Timing, Weight
from bench.levers.scales import Scales
from bench.levers.variants import Variant, build_variants
from bench.machine import machine
from bench.order import turned
from bench.s3.server import BUCKET, S3, serve
from bench.start_up.cases import DELAY_MS
from bench.start_up.control_plane import control_plane
from bench.start_up.dag_folder import write
from bench.start_up.line import Line, said
from bench.start_up.measure import Run

CPUS = 0.25
"""`docker run --cpus`: the smallest task of Fargate."""


def run(airflows: Sequence[str], number_of_rounds: int, console: Console) -> Iterator[Results]:
    """Weigh every variant of these Airflow versions, and start it that many times.

    Yields all that is known when all are weighed, and after each round.
    """
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-bench-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        project = folder / "project"
        project.mkdir()
        built = {}
        for airflow in airflows:
            with console.step(f"images of Airflow {airflow}"):
                built[airflow] = build_variants(airflow, project, lambda name: console.text(f"  {name}"))
        results = Results(
            machine=machine(),
            images=image_ids([[each.contender for each in _all(built)]]),
            rounds=number_of_rounds,
            levers={lever.name: lever.default for lever in LEVERS},
        )
        with console.step("bytes"):
            scales = Scales()
            results.weights.extend(
                Weight(each.name, each.contender.airflow, *scales.weigh(each.contender.tag))
                for each in _all(built)
            )
        yield results
        write(folder / "s3" / BUCKET / "dags")
        s3 = stack.enter_context(serve(folder / "s3", [DELAY_MS]))
        lines = []
        for airflow, variants in built.items():
            with console.step(f"control plane of Airflow {airflow}"):
                lines.append(_line(airflow, variants, number_of_rounds, s3, project, stack))
        with console.step("warm-up"):
            for line, variants in zip(lines, built.values(), strict=True):
                for variant in variants:
                    ended = line.one(variant.contender, CPUS, 0)
                    if ended.error is not None:
                        console.text(f"  {line.airflow} {variant.name}: {said(ended)}")
        for number in range(number_of_rounds):
            with console.step(f"round {number + 1} of {number_of_rounds}"):
                for line, variants in zip(lines, built.values(), strict=True):
                    for variant in turned(variants, number):
                        ended = line.one(variant.contender, CPUS, number)
                        results.timings.append(timing_of(ended, variant))
                        console.text(f"  {line.airflow} {variant.name}: {said(ended)}")
            yield results


def timing_of(ended: Run, variant: Variant) -> Timing:
    """What counts of a run of the start-up."""
    return Timing(
        variant.name,
        variant.contender.airflow,
        ended.number,
        ended.milliseconds,
        None if ended.error is not None else ended.cpu_seconds,
        ended.error,
    )


def _line(
    airflow: str, variants: Sequence[Variant], rounds: int, s3: S3, project: Path, stack: ExitStack
) -> Line:
    # The reference has all of Airflow, whatever a lever leaves out of a worker.
    reference = build_contender("reference", airflow, project, console=silent())
    plane = stack.enter_context(control_plane(reference.tag, airflow))
    contenders = [each.contender for each in variants]
    return Line(airflow, contenders, plane, plane.queue(len(variants) * (rounds + 1)), s3, project.parent)


def _all(built: dict[str, tuple[Variant, ...]]) -> list[Variant]:
    return [each for variants in built.values() for each in variants]
