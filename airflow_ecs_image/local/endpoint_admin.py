"""What is asked of the endpoint beside ECS's API: its tasks, their output, its counters; and what is set, its faults."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

from airflow_ecs_image.local.http_service import HttpService, ServiceRefused


class EndpointAdmin:
    """The endpoint at an address such as `http://127.0.0.1:32768`. Each call raises LocalServiceFailed when it does not answer."""

    def __init__(self, address: str) -> None:
        self._service = HttpService(address, "the ECS endpoint")

    def tasks(self) -> list[dict[str, Any]]:
        """All tasks in ECS's shape with their `events`, newest last."""
        return cast("list[dict[str, Any]]", self._service.json("GET", "/local/tasks")["tasks"])

    def log(self, task_id: str) -> str:
        """The output of a task, each line after its time in RFC 3339; nothing where it never started."""
        try:
            return self._service.text("GET", f"/local/tasks/{task_id}/log", headers={"Accept": "text/plain"})
        except ServiceRefused as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return ""
            raise

    def health(self) -> dict[str, Any]:
        """Mode, slots, and how many tasks run and wait."""
        return self._service.json("GET", "/local/health")

    def counters(self) -> dict[str, Any]:
        """What was counted since the endpoint started."""
        return self._service.json("GET", "/local/counters")

    def set_faults(self, faults: Mapping[str, object]) -> None:
        """Put these faults in force, and no others."""
        self._service.json("PUT", "/local/faults", body=faults)
