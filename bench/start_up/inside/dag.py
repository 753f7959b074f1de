"""The DAG whose first line of task code ends the measured time; then it tells what the container has used so far."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pendulum  # type: ignore[import-not-found]

try:
    from airflow.sdk import DAG, task  # type: ignore[import-not-found]
except ImportError:
    from airflow.decorators import task  # type: ignore[import-not-found]
    from airflow.models.dag import DAG  # type: ignore[import-not-found]

CGROUP = Path("/sys/fs/cgroup")


def cpu_seconds() -> float:
    """Of the container since it was made: version 1 of the control groups counts nanoseconds, 2 microseconds."""
    usage = CGROUP / "cpuacct/cpuacct.usage"
    if usage.is_file():
        return int(usage.read_text()) / 1e9
    return int((CGROUP / "cpu.stat").read_text().split()[1]) / 1e6


def peak_bytes() -> int:
    """Everything that the kernel counted for the container at its most, page cache included."""
    for path in (CGROUP / "memory/memory.max_usage_in_bytes", CGROUP / "memory.peak"):
        if path.is_file():
            return int(path.read_text())
    return 0


def largest_resident_bytes() -> int:
    """The largest resident set that any process that still runs has ever had."""
    found = [0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        except OSError:
            continue
        found += [int(line.split()[1]) * 1024 for line in lines]
    return max(found)


with DAG("start_up", start_date=pendulum.datetime(2026, 1, 1, tz="UTC"), schedule=None):

    @task  # type: ignore[untyped-decorator]
    def first_line() -> None:
        """Tell the time, first of all."""
        print(f"start-up-mark first-line {time.time():.6f}")
        counted = f"cpu={cpu_seconds():.4f} cgroup={peak_bytes()} resident={largest_resident_bytes()}"
        print(f"start-up-counters {counted}")
        if os.environ.get("START_UP_MODULES"):
            print(f"start-up-modules {','.join(sys.modules)}")

    first_line()
