"""From the images to the last run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from airflow_ecs_image.console import Console
from bench.dag_fetch.archives import fill
from bench.dag_fetch.cases import WARM_UP, Case
from bench.dag_fetch.images import build_images
from bench.dag_fetch.measure import Expected, Run, measure
from bench.dag_fetch.results import Results
from bench.dag_fetch.ways import Sources, Way
from bench.machine import machine
from bench.numbers import spoken_milliseconds
from bench.order import rounds
from bench.s3.server import BUCKET, S3, serve
from bench.s3.tree import digest, make_tree

_NOTHING = Expected(0, digest({}))


def run(
    cases: Sequence[Case], ways: Sequence[Way], number_of_rounds: int, console: Console
) -> Iterator[Results]:
    """Measure every way in every case that many times; yields all that is known as soon as a case is complete."""
    images = build_images(console)
    of_image = {"worker": images.worker, "debian": images.debian}
    trees = {files: make_tree(files) for files in sorted({case.files for case in (*cases, WARM_UP)})}
    expected = {files: Expected(files, digest(tree)) for files, tree in trees.items()}
    results = Results(
        machine=machine(),
        versions=images.versions,
        images=images.identifiers(),
        trees={},
        rounds=number_of_rounds,
    )
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-bench-") as folder:
        sources: dict[int, Sources] = {}
        for files, tree in trees.items():
            sources[files] = fill(Path(folder) / BUCKET, f"files-{files}", tree)
            archive = Path(folder) / sources[files].version.removeprefix("s3://")
            results.trees[str(files)] = {
                "bytes": sum(map(len, tree.values())),
                "archive_bytes": archive.stat().st_size,
            }

        def one(way: Way, case: Case, number: int, s3: S3) -> Run:
            return measure(
                way,
                case,
                number,
                image=of_image[way.image],
                sources=sources[case.files],
                environment=s3.environment(case.delay_ms),
                expected=_NOTHING if way.kind == "none" else expected[case.files],
            )

        with serve(Path(folder), sorted({case.delay_ms for case in (*cases, WARM_UP)})) as s3:
            with console.step("warm-up"):
                results.warm_ups.extend(one(way, WARM_UP, 0, s3) for way in ways)
            for position, case in enumerate(cases, start=1):
                with console.step(f"case {position} of {len(cases)}: {case.name}"):
                    for number, way in rounds(ways, number_of_rounds):
                        ended = one(way, case, number, s3)
                        results.runs.append(ended)
                        console.text(f"  {number + 1}/{number_of_rounds} {way.name}: {_said(ended)}")
                yield results


def _said(ended: Run) -> str:
    if ended.error is not None or ended.milliseconds is None:
        return f"FAILED: {ended.error}"
    return spoken_milliseconds(ended.milliseconds)
