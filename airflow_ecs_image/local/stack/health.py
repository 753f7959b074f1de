"""Waiting until a service answers, or saying how it ended."""

from __future__ import annotations

import json
import time
import urllib.error
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any
from urllib.request import ProxyHandler, build_opener

from airflow_ecs_image.console.steps import Step
from airflow_ecs_image.engine import Engine
from airflow_ecs_image.engine.container import Container
from airflow_ecs_image.errors import LocalServiceFailed
from airflow_ecs_image.local.stack import names
from airflow_ecs_image.local.stack.finding import service_containers

_PAUSE_SECONDS = 0.3
_ANSWER_SECONDS = 10
_LAST_LINES = 12
_HEALTH = {2: "/api/v1/health", 3: "/api/v2/monitor/health"}
# The first request of a worker would wait for what the API server imports only then.
_WARM = {2: "/api/v1/version", 3: "/execution/health"}

# A proxy of the environment is for the way out, never for this machine.
_OPENER = build_opener(ProxyHandler({}))


def wait_for(
    holds: Callable[[], bool],
    what: str,
    *,
    stack: str,
    services: Collection[str],
    seconds: float,
) -> None:
    """Return as soon as `holds` does and all of the services run.

    LocalServiceFailed when one of them has ended, or `holds` does not in time.
    """
    engine = Engine()
    deadline = time.monotonic() + seconds
    while True:
        held = holds()
        found = service_containers(stack, engine)
        for name in services:
            container = found.get(name)
            if container is not None and container.running:
                continue
            ending = "is gone" if container is None else f"ended with exit code {container.exit_code}"
            raise LocalServiceFailed(
                f"{name}: {ending} while {what} was waited for",
                mend=f"the lines above are its last; `{names.command('down', stack)}` removes what there is",
                details=last_lines(container.handle(engine)) if container is not None else (),
            )
        if held:
            return
        if time.monotonic() > deadline:
            raise LocalServiceFailed(
                f"{what}: not there after {seconds:g} s",
                mend=f"`{names.command('ps', stack)}` lists the services; `{names.command('logs', stack)} SERVICE` shows what "
                "one said",
            )
        time.sleep(_PAUSE_SECONDS)


def answers(url: str) -> bool:
    """Whether an HTTP server answers there, with whatever status."""
    try:
        with _OPENER.open(url, timeout=_ANSWER_SECONDS):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def airflow_is_healthy(url: str, major: int, started: Mapping[str, float], step: Step) -> bool:
    """Whether every component of Airflow reports itself healthy; the step shows which does not yet.

    `started` are the starts of the services in epoch seconds: a heartbeat from before was that of another process.
    """
    try:
        with _OPENER.open(url + _HEALTH[major], timeout=_ANSWER_SECONDS) as answer:
            components = json.load(answer)
    except (OSError, ValueError):
        step.update("the REST API does not answer yet")
        return False
    waiting = [name for name, each in components.items() if not _is_healthy(name, each or {}, started)]
    step.update(f"waiting for {', '.join(waiting)}" if waiting else "")
    return not waiting


def _is_healthy(name: str, component: Mapping[str, Any], started: Mapping[str, float]) -> bool:
    """Whether it is, by a heartbeat of its own; the database has none (Airflow's REST API, HealthInfo)."""
    if component.get("status") != "healthy":
        return False
    beat = component.get(f"latest_{name}_heartbeat")
    service = name.replace("_", "-")
    return beat is None or datetime.fromisoformat(beat).timestamp() >= started.get(service, 0.0)


def warm_up(url: str, major: int) -> None:
    """Ask once for what the first worker would otherwise wait for."""
    answers(url + _WARM[major])


def last_lines(container: Container) -> tuple[str, ...]:
    """The end of what a container wrote."""
    output = container.logs()
    lines = [line for line in (output.stdout + output.stderr).splitlines() if line.strip()]
    return tuple(lines[-_LAST_LINES:])
