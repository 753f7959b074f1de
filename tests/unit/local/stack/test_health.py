"""When Airflow is taken for healthy, asked over real HTTP."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from airflow_ecs_image.console import Console
from airflow_ecs_image.local.stack.health import airflow_is_healthy

STARTED = {"scheduler": 1_764_000_000.0, "dag-processor": 1_764_000_000.0}
BEFORE, AFTER = "2025-11-24T15:59:00+00:00", "2025-11-24T16:00:01.5+00:00"


def components(scheduler: str, dag_processor: str | None, status: str = "healthy") -> dict[str, Any]:
    return {
        "metadatabase": {"status": "healthy"},
        "scheduler": {"status": status, "latest_scheduler_heartbeat": scheduler},
        "dag_processor": {
            "status": "healthy" if dag_processor else None,
            "latest_dag_processor_heartbeat": dag_processor,
        },
    }


@contextmanager
def serving(content: object) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("found", "healthy"),
    [
        (components(AFTER, AFTER), True),
        (components(AFTER, None), False),
        (components(AFTER, AFTER, "unhealthy"), False),
        # The heartbeat of a scheduler that was killed counts for half a minute more.
        (components(BEFORE, AFTER), False),
    ],
)
@pytest.mark.parametrize("major", [2, 3])
def test_all_components_have_to_be_healthy_by_a_heartbeat_of_their_own(
    found: dict[str, Any], healthy: bool, major: int
) -> None:
    with Console(stream=io.StringIO(), environment={}).step("Start Airflow") as step, serving(found) as url:
        assert airflow_is_healthy(url, major, STARTED, step) is healthy


def test_one_that_does_not_answer_is_not() -> None:
    with Console(stream=io.StringIO(), environment={}).step("Start Airflow") as step:
        assert not airflow_is_healthy("http://127.0.0.1:9", 3, STARTED, step)
