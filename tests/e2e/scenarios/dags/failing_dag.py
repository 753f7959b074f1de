"""Two tasks that fail in Airflow: by an exception, and by the end of their process without one."""

# mypy: ignore-errors
# ruff: noqa: T201

from __future__ import annotations

import os

from scenario_dag import scenario, task

with scenario("FAILING") as dag:

    @task
    def raises() -> None:
        print("about to raise")
        raise ValueError("the scenario's own mistake")

    @task
    def exits() -> None:
        print("about to exit", flush=True)
        os._exit(7)

    raises()
    exits()
