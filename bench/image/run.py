"""From the images to the last run."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from airflow_ecs_image.bases.root_filesystem import mirror_reference
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import Engine, images
from bench.contenders import Contender, build_contenders, image_ids
from bench.contenders.dockerfile import build_dockerfile, silent
from bench.contenders.full_like import build_full_reference
from bench.contenders.model import REPOSITORY
from bench.image.empty_store import pull
from bench.image.manifest import layers, manifest
from bench.image.projects import projects_of
from bench.image.rebuilds import DOOR, Project
from bench.image.results import CASES, GZIP, SAMPLES, ZSTD, Pull, Results, Weight
from bench.machine import machine
from bench.order import turned
from bench.registry import DOCKERFILE, LocalRegistry


def run(airflows: Sequence[str], rounds: int, console: Console) -> Iterator[Results]:
    """Measure weight, pull and rebuild of every contender of these Airflow versions; yields what is known after each step."""
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-bench-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        built = {airflow: build_contenders(airflow, folder, console) for airflow in airflows}
        with console.step(f"Airflow {airflows[0]}, the sample on the full image's contents"):
            full = build_full_reference(airflows[0], folder / f"project-{airflows[0]}-s3", silent())
        built[airflows[0]] = (full, *built[airflows[0]])
        results = Results(
            machine=machine(),
            images=image_ids(built.values()),
            rounds=rounds,
        )
        with console.step("registry"):
            registry = _registry(folder, stack)
        pushed = []
        for contenders in built.values():
            for contender in contenders:
                for compression in (GZIP,) if contender.name in SAMPLES else (GZIP, ZSTD):
                    with console.step(f"push {contender.name} {contender.airflow} by {compression}"):
                        reference = _push(contender, compression, registry)
                        results.weights.append(_weight(contender, compression, registry))
                        pushed.append((contender, compression, reference))
        yield results
        for number in range(rounds):
            with console.step(f"pulls, round {number + 1} of {rounds}"):
                results.pulls.extend(_pull(each, number) for each in turned(pushed, number))
            yield results
        projects: list[Project] = []
        for airflow in airflows:
            with console.step(f"projects of Airflow {airflow}"):
                projects += projects_of(airflow, folder, registry)
        for number in range(rounds):
            with console.step(f"rebuilds, round {number + 1} of {rounds}"):
                for case in CASES:
                    asked = [each for each in projects if case in each.cases]
                    results.rebuilds.extend(each.rebuild(case, number) for each in turned(asked, number))
            yield results
        for project in projects:
            project.forget()
        yield results


def _registry(folder: Path, stack: ExitStack) -> LocalRegistry:
    context = folder / "registry"
    context.mkdir()
    root_filesystem = mirror_reference("bookworm", Engine().architecture())
    image = build_dockerfile(DOCKERFILE, context, f"{REPOSITORY}:registry", root_filesystem=root_filesystem)
    registry = LocalRegistry(image)
    registry.run()
    stack.callback(registry.remove)
    return registry


def _names(contender: Contender, compression: str) -> tuple[str, str]:
    return f"bench/{contender.name}", f"{contender.airflow}-{compression}"


def _push(contender: Contender, compression: str, registry: LocalRegistry) -> str:
    repository, tag = _names(contender, compression)
    if compression == GZIP:
        return registry.push(contender.tag, repository, tag)
    reference = f"{registry.address}/{repository}:{tag}"
    command = [sys.executable, str(DOOR), "push", contender.tag, reference, "--compression", ZSTD]
    subprocess.run([*command, "--allow-unchecked", "--allow-fallback"], check=True, capture_output=True)
    return reference


def _weight(contender: Contender, compression: str, registry: LocalRegistry) -> Weight:
    sizes = layers(manifest(registry.address, *_names(contender, compression)))
    unpacked = images.inspect(contender.tag).size_bytes
    return Weight(contender.name, contender.airflow, compression, sum(sizes.values()), unpacked, len(sizes))


def _pull(pushed: tuple[Contender, str, str], number: int) -> Pull:
    contender, compression, reference = pushed
    return Pull(contender.name, contender.airflow, compression, number, *pull(reference))
