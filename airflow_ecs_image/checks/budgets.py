"""Gathers what the budgets are compared with: the image's weight, and what a worker's start costs."""

from __future__ import annotations

import time
from collections.abc import Iterable

from airflow_ecs_image.checks.evidence import MeasuredSize
from airflow_ecs_image.checks.model import NotProven
from airflow_ecs_image.checks.probe_containers import ProbeContainers
from airflow_ecs_image.checks.probe_script import Answer, probe_source
from airflow_ecs_image.checks.probes.start_up import WORKER_MODULES
from airflow_ecs_image.engine import images
from airflow_ecs_image.engine.sizes import compressed_size
from airflow_ecs_image.size_report import measure

RUNS = 3
"""Starts of which the median counts, after one that fills the page cache and finds the costliest DAG file."""

_START_SECONDS = 120.0


def measured_size(details: images.ImageDetails, budget: int) -> MeasuredSize:
    """The image's compressed bytes, with the report of them where they are past the budget. Raises NotProven."""
    began = time.monotonic()
    size = compressed_size(details)
    if size is None:
        raise NotProven("the image's layers could not be read")
    report = measure(details.id) if size > budget else None
    return MeasuredSize(size, report, time.monotonic() - began)


def start_cost(probes: ProbeContainers) -> Answer:
    """What the probe `start_cost` says. Raises NotProven."""
    arguments = {
        "worker": probe_source("worker_start"),
        "dags": probe_source("dags"),
        "modules": {str(line): modules for line, modules in WORKER_MODULES.items()},
        "runs": RUNS,
        "seconds": _START_SECONDS,
    }
    return probes.ask({"start_cost": arguments})


def named(amounts: Iterable[tuple[str, str]]) -> str:
    """`botocore 15.8 MB, babel 10.1 MB`."""
    return ", ".join(f"{name} {amount}" for name, amount in amounts)
