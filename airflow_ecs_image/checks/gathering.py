"""Gathers the evidence: a container for the probes, one for another uid, one for SIGTERM, the layers, and the budgets'."""

from __future__ import annotations

import os
import tarfile
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

from airflow_ecs_image.checks import budgets, layer_memory
from airflow_ecs_image.checks.evidence import ArbitraryUid, Evidence, TimedScan
from airflow_ecs_image.checks.layers import LayerScan, scan_layers
from airflow_ecs_image.checks.model import NotProven
from airflow_ecs_image.checks.probe_containers import ProbeContainers
from airflow_ecs_image.checks.probe_script import Answer
from airflow_ecs_image.checks.stoppable_engine import StoppableEngine
from airflow_ecs_image.checks.worker_commands import COMMANDS
from airflow_ecs_image.console import Step
from airflow_ecs_image.engine import images
from airflow_ecs_image.errors import ToolkitError

Part = TypeVar("Part")

# The order in which they run: the imports of start_up serve dags too.
INSIDE_PROBES = ("process", "commands", "versions", "dependencies", "start_up", "dags")

_ARBITRARY_UID = 12345
_COMMAND_SECONDS = 30.0
_AIRFLOW_SECONDS = 60.0
_DAG_FILE_SECONDS = 60.0


def gather(evidence: Evidence, needs: frozenset[str], step: Step) -> Evidence:
    """`evidence` with every part that `needs` names; what cannot be gathered is a NotProven, no error."""
    engine = StoppableEngine()
    probes = ProbeContainers(evidence.details, evidence.emulated, engine)
    inside = [name for name in INSIDE_PROBES if name in needs]
    work: dict[str, Callable[[], Any]] = {}
    if inside:
        work["inside"] = lambda: _inside(probes, inside)
    if "layers" in needs:
        work["layers"] = lambda: _layers(evidence.details, engine)
    if "size" in needs and evidence.expectations.size_budget is not None:
        limit = evidence.expectations.size_budget
        work["size"] = lambda: budgets.measured_size(evidence.details, limit)
    if "arbitrary_uid" in needs:
        work["arbitrary"] = lambda: _arbitrary_uid(probes)
    if "termination" in needs:
        work["stopped"] = probes.terminate
    gathered = replace(evidence, **_all(work, engine, step))
    if "start_cost" in needs and evidence.expectations.start_budget is not None and not evidence.emulated:
        # Alone, after all the others: they would take the caches and the clock of the processor.
        step.update("start")
        return replace(gathered, **_all({"start": lambda: budgets.start_cost(probes)}, engine, step))
    return gathered


def dag_arguments(probes: ProbeContainers) -> dict[str, Any]:
    """What the probe `dags` is given."""
    return {"seconds": probes.seconds(_DAG_FILE_SECONDS), "processes": os.cpu_count() or 1}


def _all(work: Mapping[str, Callable[[], Any]], engine: StoppableEngine, step: Step) -> dict[str, Any]:
    """Runs the work on two threads; the longest begins first. Ctrl-C ends all of it."""
    pool = ThreadPoolExecutor(max_workers=2)
    try:
        futures = {name: pool.submit(_guarded, job) for name, job in work.items()}
        done: dict[str, Any] = {}
        for name, future in futures.items():
            step.update(f"{len(done) + 1} of {len(work)}")
            done[name] = future.result()
        return done
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        engine.stop()
        raise
    finally:
        pool.shutdown()


def _guarded(job: Callable[[], Part]) -> Part | NotProven:
    try:
        return job()
    except NotProven as reason:
        return reason
    except ToolkitError as error:
        return NotProven(error.message, error.mend)


def _inside(probes: ProbeContainers, names: Iterable[str]) -> Answer:
    arguments: dict[str, dict[str, Any]] = {
        "commands": {
            "entrypoint": probes.details.entrypoint,
            "commands": {name: command.words for name, command in COMMANDS.items()},
            "seconds": probes.seconds(_COMMAND_SECONDS),
        },
        "dags": dag_arguments(probes),
    }
    return probes.ask({name: arguments.get(name, {}) for name in names})


def _arbitrary_uid(probes: ProbeContainers) -> ArbitraryUid:
    sections = {"process": {}, "arbitrary_uid": {"seconds": probes.seconds(_AIRFLOW_SECONDS)}}
    answer = probes.ask(sections, user=f"{_ARBITRARY_UID}:0")
    return ArbitraryUid(_ARBITRARY_UID, answer.section("process"), answer.section("arbitrary_uid"))


def _layers(details: images.ImageDetails, engine: StoppableEngine) -> TimedScan:
    began = time.monotonic()
    known = layer_memory.known_layers(details.layers)
    if set(known) == set(details.layers):
        scan = LayerScan(tuple(known[diff_id] for diff_id in details.layers))
        return TimedScan(scan, time.monotonic() - began)
    try:
        with images.save(details.id) as stream:
            scan = scan_layers(stream, known, stop=lambda: engine.stopped)
    except tarfile.TarError as error:
        raise NotProven(f"the image's layers could not be read: {error}") from None
    layer_memory.remember(details.layers, scan)
    return TimedScan(scan, time.monotonic() - began)
