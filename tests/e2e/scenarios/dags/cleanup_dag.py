"""A task that cleans up when it is told to stop."""

# mypy: ignore-errors
# ruff: noqa: T201

from __future__ import annotations

import time
from typing import Any

from scenario_dag import scenario

try:
    from airflow.sdk import BaseOperator
except ImportError:  # Airflow 2
    from airflow.models.baseoperator import BaseOperator

MOST_SECONDS = 300


class CleansUp(BaseOperator):
    """Works until `on_kill`, which Airflow calls on SIGTERM, and then fails by itself."""

    stopped = False

    def execute(self, context: Any) -> None:
        print("at work", flush=True)
        deadline = time.monotonic() + MOST_SECONDS
        while not self.stopped and time.monotonic() < deadline:
            time.sleep(0.2)
        raise RuntimeError("stopped before the work was done")

    def on_kill(self) -> None:
        print("cleaned up", flush=True)
        self.stopped = True


with scenario("CLEANUP") as dag:
    CleansUp(task_id="clean_up")
