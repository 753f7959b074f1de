"""The same task of Airflow with its DAGs from three places: each place has a file `origin.txt` that names it."""

# mypy: ignore-errors
# ruff: noqa: T201

from __future__ import annotations

from pathlib import Path

from scenario_dag import scenario, task

SOURCES = ("baked", "s3", "archive")

with scenario("SOURCES") as dag:
    for source in SOURCES:

        @task(task_id=source, executor_config={"taskDefinition": f"scenario-dags-{source}"})
        def tell() -> None:
            origin = Path(__file__).with_name("origin.txt").read_text(encoding="utf-8").strip()
            print(f"DAGs from {origin}")

        tell()
