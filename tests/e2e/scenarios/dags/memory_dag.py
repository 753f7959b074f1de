"""A task that takes more memory than its container has."""

# mypy: ignore-errors
# ruff: noqa: T201

from __future__ import annotations

from scenario_dag import scenario, task

MIB = 1024 * 1024
# The smallest pair of Fargate.
SMALLEST = {"overrides": {"cpu": "256", "memory": "512", "containerOverrides": [{"name": "airflow"}]}}

with scenario("OUT-OF-MEMORY") as dag:

    @task(executor_config=SMALLEST)
    def take() -> None:
        print("taking memory", flush=True)
        # Written, not only reserved.
        taken = [bytearray(b"x" * (64 * MIB)) for _ in range(64)]
        print(f"took {len(taken) * 64} MiB")

    take()
