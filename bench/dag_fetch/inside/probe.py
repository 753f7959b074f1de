"""Runs once the time is taken: prints what was measured and what the DAG folder holds, as one line of JSON."""

from __future__ import annotations

import resource

# First of all, before this process grows: the largest resident set of any process that the fetch consisted of. An exec
# keeps the value, so that it does not matter whether the fetch was a child or this process's earlier life.
PEAK_KIB = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))

import hashlib
import json
import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")


def main() -> None:
    started, ended = (float(os.environ[f"BENCH_{name}"]) for name in ("STARTED", "ENDED"))
    cpu_started, cpu_ended = (_cpu_seconds(os.environ[f"BENCH_CPU_{name}"]) for name in ("STARTED", "ENDED"))
    statistics = os.environ["BENCH_CPU_STATISTICS"].split()
    files, size, digest = _tree(Path(os.environ["CONTAINER_DAG_PATH"]))
    measured = {
        "milliseconds": round((ended - started) * 1000, 3),
        "cpu_seconds": round(cpu_ended - cpu_started, 4),
        "peak_resident_bytes": PEAK_KIB * 1024,
        "peak_cgroup_bytes": _peak_of_cgroup(),
        "periods_throttled": int(
            dict(zip(statistics[::2], statistics[1::2], strict=True)).get("nr_throttled", 0)
        ),
        "files": files,
        "bytes": size,
        "digest": digest,
    }
    print("MEASURED", json.dumps(measured), flush=True)


def _cpu_seconds(text: str) -> float:
    """Nanoseconds alone in version 1 of the control groups, `usage_usec N` in version 2."""
    name, _, microseconds = text.partition(" ")
    return int(microseconds) / 1e6 if microseconds else int(name) / 1e9


def _peak_of_cgroup() -> int | None:
    """Everything the kernel counts for the container, page cache included."""
    for path in (CGROUP / "memory/memory.max_usage_in_bytes", CGROUP / "memory.peak"):
        if path.is_file():
            return int(path.read_text())
    return None


def _tree(folder: Path) -> tuple[int, int, str]:
    """Number of files, their bytes, and one SHA-256 of paths and contents, as bench/s3/tree.py computes it."""
    total, size = hashlib.sha256(), 0
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    for path in paths:
        content = (folder / path).read_bytes()
        size += len(content)
        total.update(f"{path}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return len(paths), size, total.hexdigest()


main()
