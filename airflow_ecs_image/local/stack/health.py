"""Waiting until a service answers, or saying how it ended."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable

from airflow_ecs_image.console.steps import Step
from airflow_ecs_image.engine.container import Container
from airflow_ecs_image.errors import LocalServiceFailed

_PAUSE_SECONDS = 0.2
_LAST_LINES = 12
_HEALTH = {2: "/api/v1/health", 3: "/api/v2/monitor/health"}
# The first request of a worker would wait for what the API server imports only then.
_WARM = {2: "/api/v1/version", 3: "/execution/health"}


def wait_for(
    holds: Callable[[], bool],
    what: str,
    containers: Iterable[tuple[str, Container]],
    *,
    seconds: float,
) -> None:
    """Return as soon as `holds` does. LocalServiceFailed when one of the containers ends before, or none in time."""
    watched = list(containers)
    deadline = time.monotonic() + seconds
    while not holds():
        for name, container in watched:
            state = container.state()
            if not state.running:
                raise LocalServiceFailed(
                    f"{name}: ended with exit code {state.exit_code} while {what} was waited for",
                    mend="the lines above are its last; `python build.py local down` removes what there is",
                    details=last_lines(container),
                )
        if time.monotonic() > deadline:
            raise LocalServiceFailed(
                f"{what}: not there after {seconds:g} s",
                mend="`python build.py local logs SERVICE` shows what a service said; `local ps` lists them",
                details=last_lines(watched[-1][1]) if watched else (),
            )
        time.sleep(_PAUSE_SECONDS)


def answers(url: str) -> bool:
    """Whether an HTTP server answers there, with whatever status."""
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - an address of this machine
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def airflow_is_healthy(url: str, major: int, step: Step) -> bool:
    """Whether every component of Airflow reports itself healthy; the step shows which does not yet."""
    try:
        with urllib.request.urlopen(url + _HEALTH[major], timeout=10) as answer:  # noqa: S310
            components = json.load(answer)
    except (OSError, ValueError):
        step.update("the REST API does not answer yet")
        return False
    waiting = [name for name, each in components.items() if not each or each.get("status") != "healthy"]
    step.update(f"waiting for {', '.join(waiting)}" if waiting else "")
    return not waiting


def warm_up(url: str, major: int) -> None:
    """Ask once for what the first worker would otherwise wait for."""
    answers(url + _WARM[major])


def last_lines(container: Container) -> tuple[str, ...]:
    """The end of what a container wrote."""
    output = container.logs()
    lines = [line for line in (output.stdout + output.stderr).splitlines() if line.strip()]
    return tuple(lines[-_LAST_LINES:])
