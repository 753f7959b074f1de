"""What the engine's `State` of a container says in ECS's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_ecs_image.local.endpoint.moments import epoch

OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage"
_NEVER = "0001-01-01"


@dataclass(frozen=True)
class Ended:
    """The end of a container; `reason` is empty unless ECS gives one."""

    at: float
    exit_code: int
    reason: str


def has_started(found: Mapping[str, Any]) -> bool:
    """Whether the container ever ran."""
    return not str(found["State"]["StartedAt"]).startswith(_NEVER)


def ended(found: Mapping[str, Any]) -> Ended | None:
    """How it ended; None while it runs, and when it never did."""
    state = found["State"]
    if state["Running"] or state.get("Restarting") or not has_started(found):
        return None
    if str(state["FinishedAt"]).startswith(_NEVER):
        return None
    reason = OUT_OF_MEMORY if state.get("OOMKilled") else ""
    return Ended(epoch(state["FinishedAt"]), int(state["ExitCode"]), reason)


def health(found: Mapping[str, Any]) -> str:
    """ECS's health status of the container; UNKNOWN without a health check (API reference, Container)."""
    status = (found["State"].get("Health") or {}).get("Status")
    return {"healthy": "HEALTHY", "unhealthy": "UNHEALTHY"}.get(str(status), "UNKNOWN")
