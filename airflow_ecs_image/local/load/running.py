"""One load on a stack of its own, from its plan to its report."""

from __future__ import annotations

import contextlib
import dataclasses
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import Engine
from airflow_ecs_image.local.dag_run.airflow_api import UNFINISHED_RUN, AirflowApi, DagRun
from airflow_ecs_image.local.dag_run.running import airflow_of
from airflow_ecs_image.local.dag_run.target import Target, wait_for_dag
from airflow_ecs_image.local.endpoint_admin import EndpointAdmin
from airflow_ecs_image.local.load.dag_text import FILE_NAME, dag_text
from airflow_ecs_image.local.load.measuring import calls_since, counts_of, records_of
from airflow_ecs_image.local.load.plan import DAG_ID, POOL, LoadPlan
from airflow_ecs_image.local.load.pool import set_pool
from airflow_ecs_image.local.load.report import LoadReport, Surroundings, report_of
from airflow_ecs_image.local.load.service_cpu import service_cpu_seconds, used
from airflow_ecs_image.local.model import Stack
from airflow_ecs_image.local.stack import StackRequest, refresh_dags, up
from airflow_ecs_image.spec.ecs_model import EXECUTOR

if TYPE_CHECKING:
    from airflow_ecs_image.console.steps import Step

_POLL_SECONDS = 1.0
_STOPPED_SECONDS = 120.0
_FOLDER = "dags"


def run_load(request: StackRequest, plan: LoadPlan, console: Console, *, timeout: float) -> LoadReport:
    """Bring the stack up for this load, run it, and report; `timeout` is in seconds for the DAG run.

    Of the request stay the image and how a task is made; what the load decides replaces the rest. The endpoint's faults are in
    force while the DAG runs, and no longer. What has not ended by then is counted as lost.
    """
    request = request_of(request, plan)
    stack = up(request, console)
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-load-") as name:
        folder = Path(name) / _FOLDER
        folder.mkdir()
        (folder / FILE_NAME).write_text(dag_text(plan), encoding="utf-8")
        image = request.image.model_copy(update={"host_dag_path": _FOLDER})
        with console.step("Hand the DAG of the load to Airflow"):
            since = time.time()
            refresh_dags(stack, image, Path(name), console)
            api = airflow_of(stack, stack.dag_folder)
            target = Target(DAG_ID, FILE_NAME, DAG_ID)
            texts = {FILE_NAME: dag_text(plan)}
            wait_for_dag(api, target, text_of=texts.get, since=since)
            set_pool(stack.airflow_url, stack.major, POOL, plan.tasks)
    return _measured(stack, api, plan, console, timeout)


def request_of(request: StackRequest, plan: LoadPlan) -> StackRequest:
    """The request of the stack that a load needs."""
    return dataclasses.replace(
        request,
        # No task runs beside the scheduler, and a LocalExecutor would start as many processes as there may be tasks.
        ecs=request.ecs.model_copy(update={"executors": (EXECUTOR,)}),
        dag_source="s3",
        slots=plan.running,
        settings={**request.settings, **plan.control_plane_environment()},
        worker_environment={**request.worker_environment, **plan.worker_environment()},
        mode="simulated" if plan.simulated else "containers",
        simulation=plan.simulation() if plan.simulated else {},
    )


def _measured(stack: Stack, api: AirflowApi, plan: LoadPlan, console: Console, timeout: float) -> LoadReport:
    endpoint = EndpointAdmin(stack.ecs_url)
    counters, cpu = endpoint.counters(), service_cpu_seconds(stack.name)
    api.unpause(DAG_ID)
    with _faults(endpoint, plan), console.step(f"Run {plan.tasks} tasks, {plan.running} at once") as step:
        run = api.trigger(DAG_ID, {})
        run = _followed(api, run, endpoint, step, timeout)
        if run.state not in UNFINISHED_RUN:
            _wait_for_stopped(endpoint)
    with console.step("Count"):
        calls = calls_since(counters, endpoint.counters())
        services = used(cpu, service_cpu_seconds(stack.name))
        records = records_of(endpoint, DAG_ID, run.run_id)
        states = {
            instance.map_index: str(instance.state)
            for instance in api.task_instances(DAG_ID, run.run_id)
            if instance.map_index >= 0
        }
    return report_of(
        Surroundings(stack.airflow_version, Engine().processors()),
        plan,
        run.state,
        counts_of(plan.tasks, states, records),
        calls,
        records,
        services,
    )


@contextlib.contextmanager
def _faults(endpoint: EndpointAdmin, plan: LoadPlan) -> Iterator[None]:
    endpoint.set_faults(plan.faults())
    try:
        yield
    finally:
        endpoint.set_faults({})


def _followed(api: AirflowApi, run: DagRun, endpoint: EndpointAdmin, step: Step, timeout: float) -> DagRun:
    """The DAG run at its end, or as it is when the time is over."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        run = api.dag_run(DAG_ID, run.run_id)
        if run.state not in UNFINISHED_RUN:
            return run
        health = endpoint.health()
        step.update(f"{health['running']} run, {health['provisioning']} wait")
        time.sleep(_POLL_SECONDS)
    return run


def _wait_for_stopped(endpoint: EndpointAdmin) -> None:
    """Airflow knows the end of a task before its container has ended; what does not end is seen in the counts."""
    deadline = time.monotonic() + _STOPPED_SECONDS
    while time.monotonic() < deadline:
        if all(task["lastStatus"] == "STOPPED" for task in endpoint.tasks()):
            return
        time.sleep(_POLL_SECONDS)
