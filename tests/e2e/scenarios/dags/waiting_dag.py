"""A task that waits in its container until an object says that it may end: for what happens to a task while it runs."""

# mypy: ignore-errors
# ruff: noqa: T201

from __future__ import annotations

import os
import socket
import time

from scenario_dag import scenario, task

MOST_SECONDS = 300

with scenario("WAITING", max_active_runs=16) as dag:

    @task
    def wait(run_id: str | None = None) -> str:
        import boto3
        from botocore.exceptions import ClientError

        s3 = boto3.client("s3")
        print(f"waiting in {socket.gethostname()} as process {os.getpid()}", flush=True)
        deadline = time.monotonic() + MOST_SECONDS
        while time.monotonic() < deadline:
            try:
                s3.head_object(Bucket="airflow-logs", Key=f"released/{run_id}")
            except ClientError:
                time.sleep(0.5)
            else:
                print("released")
                return socket.gethostname()
        raise TimeoutError(f"nobody released it within {MOST_SECONDS} s")

    wait()
