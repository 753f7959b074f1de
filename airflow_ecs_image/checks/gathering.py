"""Gathers the evidence: a container for the probes, one for another uid, one for SIGTERM, and the layers."""

from __future__ import annotations

import os
import tarfile
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from airflow_ecs_image.checks import layer_memory
from airflow_ecs_image.checks.credential_patterns import redacted
from airflow_ecs_image.checks.evidence import ArbitraryUid, Evidence, Termination, TimedScan
from airflow_ecs_image.checks.layers import LayerScan, scan_layers
from airflow_ecs_image.checks.model import NotProven, NotRunnable
from airflow_ecs_image.checks.probe_script import Answer, probe_script, probe_source
from airflow_ecs_image.checks.worker_commands import COMMANDS, WORKLOAD_JSON
from airflow_ecs_image.console import Step
from airflow_ecs_image.engine import containers, images
from airflow_ecs_image.errors import PlatformUnavailable, ToolkitError

Part = TypeVar("Part")

# The order in which they run: the imports of start_up serve dags too.
INSIDE_PROBES = ("process", "commands", "versions", "dependencies", "start_up", "dags")

_ARBITRARY_UID = 12345
_EMULATION_SLOWDOWN = 10
_COMMAND_SECONDS = 30.0
_AIRFLOW_SECONDS = 60.0
_DAG_FILE_SECONDS = 60.0
_CONTAINER_SECONDS = 600.0
_STOP_SECONDS = 10.0

# An empty S3_URI keeps the entrypoint from fetching DAGs; no bytecode may appear that the image lacks.
_ENVIRONMENT = {"S3_URI": "", "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass(frozen=True)
class _Machine:
    """Where the containers run: limits are longer where another processor is emulated."""

    details: images.ImageDetails
    emulated: bool

    def seconds(self, native: float) -> float:
        return native * _EMULATION_SLOWDOWN if self.emulated else native


def gather(evidence: Evidence, needs: frozenset[str], step: Step) -> Evidence:
    """`evidence` with every part that `needs` names; what cannot be gathered is a NotProven, no error."""
    machine = _Machine(evidence.details, evidence.emulated)
    probes = [name for name in INSIDE_PROBES if name in needs]
    work: dict[str, Callable[[], Any]] = {}
    if probes:
        work["inside"] = lambda: _inside(machine, probes)
    if "layers" in needs:
        work["layers"] = lambda: _layers(machine.details)
    if "arbitrary_uid" in needs:
        work["arbitrary"] = lambda: _arbitrary_uid(machine)
    if "termination" in needs:
        work["stopped"] = lambda: _termination(machine)
    return replace(evidence, **_all(work, machine.details.platform, step))


def _all(work: Mapping[str, Callable[[], Any]], platform: str, step: Step) -> dict[str, Any]:
    """Runs the work on two threads; the longest begins first."""
    pool = ThreadPoolExecutor(max_workers=2)
    try:
        futures = {name: pool.submit(_guarded, job, platform) for name, job in work.items()}
        done: dict[str, Any] = {}
        for name, future in futures.items():
            step.update(f"{len(done) + 1} of {len(work)}")
            done[name] = future.result()
        return done
    finally:
        # After Ctrl-C nothing new may start; what runs removes its container and ends.
        pool.shutdown(cancel_futures=True)


def _guarded(job: Callable[[], Part], platform: str) -> Part | NotProven:
    try:
        return job()
    except NotProven as reason:
        return reason
    except PlatformUnavailable:
        return NotRunnable(platform)
    except ToolkitError as error:
        return NotProven(error.message, error.mend)


def _inside(machine: _Machine, probes: Iterable[str]) -> Answer:
    arguments: dict[str, dict[str, Any]] = {
        "commands": {
            "entrypoint": machine.details.entrypoint,
            "commands": {name: command.words for name, command in COMMANDS.items()},
            "seconds": machine.seconds(_COMMAND_SECONDS),
        },
        "dags": {"seconds": machine.seconds(_DAG_FILE_SECONDS), "processes": os.cpu_count() or 1},
    }
    return _ask(machine, {name: arguments.get(name, {}) for name in probes}, user=None)


def _arbitrary_uid(machine: _Machine) -> ArbitraryUid:
    sections = {"process": {}, "arbitrary_uid": {"seconds": machine.seconds(_AIRFLOW_SECONDS)}}
    answer = _ask(machine, sections, user=f"{_ARBITRARY_UID}:0")
    return ArbitraryUid(_ARBITRARY_UID, answer.section("process"), answer.section("arbitrary_uid"))


def _ask(machine: _Machine, sections: Mapping[str, Mapping[str, Any]], *, user: str | None) -> Answer:
    """Runs the probes in one container, through the image's own ENTRYPOINT."""
    script = probe_script(sections)
    completed = containers.run(
        machine.details.id,
        ["python", "-", WORKLOAD_JSON],
        platform=machine.details.platform,
        environment=_ENVIRONMENT,
        user=user,
        stdin=script.text,
        network=None if user is None else "none",
        timeout=machine.seconds(_CONTAINER_SECONDS),
    )
    answer = script.answer(completed.stdout)
    if answer is None:
        raise _not_started(completed)
    return answer


def _termination(machine: _Machine) -> Termination:
    began = time.monotonic()
    wait = machine.seconds(_STOP_SECONDS)
    with containers.start(
        machine.details.id,
        ["python", "-c", probe_source("termination")],
        platform=machine.details.platform,
        environment=_ENVIRONMENT,
        network="none",
    ) as container:
        _until_ready(container, machine.seconds(_COMMAND_SECONDS))
        sent = time.monotonic()
        container.kill("TERM")
        exit_code: int | None
        try:
            exit_code = container.wait(wait)
        except containers.ContainerTimedOut:
            exit_code = None
        ended = time.monotonic()
        output = tuple(container.logs().stdout.split())
    return Termination(output, exit_code, ended - sent, wait, ended - began)


def _until_ready(container: containers.Container, limit: float) -> None:
    """Waits for the program behind the entrypoint. Raises NotProven when it ends, or is not there in time."""
    deadline = time.monotonic() + limit
    while True:
        running = container.state().running
        logs = container.logs()
        if "ready" in logs.stdout.split():
            return
        if not running:
            raise _not_started(logs)
        if time.monotonic() > deadline:
            raise NotProven(f"a Python program does not start through the image's ENTRYPOINT in {limit:g} s")
        time.sleep(0.05)


def _not_started(completed: containers.Completed) -> NotProven:
    if "exec format error" in completed.stderr:
        raise PlatformUnavailable("exec format error")
    words = [line.strip() for line in completed.stderr.splitlines() if line.strip()]
    reason = f": {redacted(words[-1])}" if words else ""
    return NotProven(
        f"`python` through the image's ENTRYPOINT ends with exit code {completed.exit_code}{reason}",
        mend="the ENTRYPOINT must start `python` with the arguments it is given",
    )


def _layers(details: images.ImageDetails) -> TimedScan:
    began = time.monotonic()
    known = layer_memory.known_layers(details.layers)
    if set(known) == set(details.layers):
        scan = LayerScan(tuple(known[diff_id] for diff_id in details.layers))
        return TimedScan(scan, time.monotonic() - began)
    try:
        with images.save(details.id) as stream:
            scan = scan_layers(stream, known)
    except tarfile.TarError as error:
        raise NotProven(f"the image's layers could not be read: {error}") from None
    layer_memory.remember(details.layers, scan)
    return TimedScan(scan, time.monotonic() - began)
