"""What a run reports, from inside the container to the result."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from airflow_ecs_image.engine.containers import Completed
from bench.dag_fetch.cases import ALL
from bench.dag_fetch.measure import Expected, run_of
from bench.dag_fetch.ways import BASELINE
from bench.s3.tree import digest, make_tree

ROOT = Path(__file__).parents[3]
MEASURED = {
    "milliseconds": 1234.5,
    "cpu_seconds": 0.25,
    "peak_resident_bytes": 1 << 20,
    "peak_cgroup_bytes": None,
    "periods_throttled": 3,
    "files": 2,
    "bytes": 10,
    "digest": "right",
}
EXPECTED = Expected(2, "right")


def ended(stdout: str, code: int = 0, stderr: str = "") -> Completed:
    return Completed(code, stdout, stderr, 1.0)


def test_a_run_takes_over_what_the_probe_printed_last() -> None:
    noise = "download: s3://b/a.py to dags/a.py\nMEASURED nothing yet\n"

    run = run_of(ended(f"{noise}MEASURED {json.dumps(MEASURED)}\n"), BASELINE, ALL[0], 4, EXPECTED)

    assert run.error is None
    assert (run.way, run.case, run.number) == ("aws-s3-sync", "10-files-direct-fullcpu", 4)
    assert (run.milliseconds, run.cpu_seconds, run.periods_throttled) == (1234.5, 0.25, 3)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"files": 3}, "3 files instead of 2"),
        ({"digest": "wrong"}, "2 files, but not the right ones"),
    ],
)
def test_a_wrong_tree_makes_the_run_a_failed_one(change: dict[str, object], error: str) -> None:
    line = f"MEASURED {json.dumps(MEASURED | change)}"

    assert run_of(ended(line), BASELINE, ALL[0], 0, EXPECTED).error == error


def test_a_container_that_never_reached_airflow_is_a_failed_run() -> None:
    run = run_of(ended("some output\n", 77, "warning\nfetch-dags: denied\n"), BASELINE, ALL[0], 0, EXPECTED)

    assert run.error == "exit code 77: fetch-dags: denied"
    assert run.milliseconds is None


@pytest.mark.parametrize(
    ("started", "stopped", "statistics"),
    [
        ("250000000", "1750000000", "nr_periods 20 nr_throttled 7 throttled_time 12345"),
        ("usage_usec 250000", "usage_usec 1750000", "usage_usec 1750000 user_usec 1 nr_throttled 7"),
    ],
    ids=["control groups version 1", "version 2"],
)
def test_the_probe_reports_the_folder_and_the_time(
    started: str, stopped: str, statistics: str, tmp_path: Path
) -> None:
    tree = {**make_tree(5), "empty/__init__.py": b"", "folder with space/é.py": b"x"}
    for name, content in tree.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    environment = {
        **os.environ,
        "BENCH_STARTED": "1000.250000",
        "BENCH_ENDED": "1002.500000",
        "BENCH_CPU_STARTED": started,
        "BENCH_CPU_ENDED": stopped,
        "BENCH_CPU_STATISTICS": statistics,
        "CONTAINER_DAG_PATH": str(tmp_path),
    }

    # A process that took 200 MB and has ended, and then the probe by exec: as the fetch and /entrypoint.
    script = """("$0" -c 'bytearray(b"x") * 200_000_000'; exec "$@") & wait"""
    probe = [sys.executable, "-I", "-S", str(ROOT / "bench/dag_fetch/inside/probe.py")]
    done = subprocess.run(
        ["bash", "-c", script, sys.executable, *probe],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    run = run_of(ended(done.stdout), BASELINE, ALL[0], 0, Expected(7, digest(tree)))

    assert run.error is None
    assert (run.milliseconds, run.cpu_seconds, run.periods_throttled) == (2250, 1.5, 7)
    assert run.peak_resident_bytes is not None
    assert 200_000_000 < run.peak_resident_bytes < 250_000_000
