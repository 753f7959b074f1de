"""`executor_config`: what arrives in the container of it, told by the container itself."""

# mypy: ignore-errors
# ruff: noqa: T201

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path

from scenario_dag import scenario, task

OVERRIDES = {
    "overrides": {
        "cpu": "512",
        "memory": "1024",
        "containerOverrides": [
            {"name": "airflow", "environment": [{"name": "BATCH_SIZE", "value": "50 000"}]},
        ],
    }
}
_CGROUP = Path("/sys/fs/cgroup")


def memory_limit() -> int:
    """Bytes, from cgroup v2 or v1."""
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        if (_CGROUP / name).exists():
            return int((_CGROUP / name).read_text(encoding="ascii"))
    raise FileNotFoundError("no memory limit")


with scenario("OVERRIDES") as dag:

    @task(executor_config=OVERRIDES)
    def tell() -> None:
        with urllib.request.urlopen(
            os.environ["ECS_CONTAINER_METADATA_URI_V4"] + "/task", timeout=10
        ) as answer:
            limits = json.load(answer)["Limits"]
        print(f"BATCH_SIZE is {os.environ['BATCH_SIZE']}")
        print(f"memory is {memory_limit() // 1024**2} MiB")
        print(f"ECS says {limits['CPU']} vCPU and {limits['Memory']} MiB")

    tell()
