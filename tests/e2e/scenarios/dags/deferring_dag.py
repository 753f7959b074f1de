"""A task that gives its container back while it waits: the triggerer waits, and a second container goes on."""

# mypy: ignore-errors
# ruff: noqa: T201

from __future__ import annotations

import datetime as dt
import socket
from typing import Any

from scenario_dag import scenario

try:
    from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
    from airflow.sdk import BaseOperator
except ImportError:  # Airflow 2
    from airflow.models.baseoperator import BaseOperator
    from airflow.triggers.temporal import TimeDeltaTrigger


class Defers(BaseOperator):
    """Waits a second in the triggerer."""

    def execute(self, context: Any) -> None:
        print(f"deferred by {socket.gethostname()}")
        self.defer(
            trigger=TimeDeltaTrigger(dt.timedelta(seconds=1)),
            method_name="resume",
            kwargs={"host": socket.gethostname()},
        )

    def resume(self, context: Any, event: Any = None, host: str = "") -> None:
        print(f"resumed by {socket.gethostname()} after {host}")


with scenario("DEFERRING") as dag:
    Defers(task_id="defer")
