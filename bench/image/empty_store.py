"""Containerd with an image store of its own, which is empty before every pull."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from airflow_ecs_image.errors import SetupFailed

_SECONDS = 30
_LONGEST_PULL_SECONDS = 900
# An overlay does not stand on another, and the same pull onto a disk took 5 to 18 seconds by what was deleted there before.
_IN_MEMORY = ("mount", "-t", "tmpfs", "-o", "mode=700", "tmpfs")


def pull(reference: str) -> tuple[float, float]:
    """Pull an image of a registry on this machine, and unpack it; returns milliseconds and CPU seconds.

    The CPU seconds are those of `ctr`, which downloads, of containerd, and of the processes by which it decompresses.
    What is pulled stays in memory. Raises SetupFailed when containerd does not start or nothing can be mounted,
    CalledProcessError when the pull fails.
    """
    with _memory() as folder, _containerd(folder) as (address, process):
        command = ["ctr", "--address", address, "images", "pull", "--plain-http", reference]
        before, started = _cpu_seconds(process), time.monotonic()
        subprocess.run(command, check=True, capture_output=True, timeout=_LONGEST_PULL_SECONDS)
        milliseconds = (time.monotonic() - started) * 1000
        return round(milliseconds, 1), round(_cpu_seconds(process) - before, 2)


@contextmanager
def _memory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-bench-") as folder:
        if subprocess.run([*_IN_MEMORY, folder], capture_output=True, check=False).returncode:
            raise SetupFailed(
                "a file system in memory: cannot be mounted", mend="the measurement needs root on Linux"
            )
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


@contextmanager
def _containerd(folder: Path) -> Iterator[tuple[str, int]]:
    """Start it with all that it stores below `folder`; its address and its process."""
    address = str(folder / "socket")
    options = ["--root", str(folder / "root"), "--state", str(folder / "state"), "--address", address]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(["containerd", *options], stdout=log, stderr=log)
        try:
            ends = time.monotonic() + _SECONDS
            while subprocess.run(
                ["ctr", "--address", address, "version"], capture_output=True, check=False
            ).returncode:
                if process.poll() is not None or time.monotonic() > ends:
                    raise SetupFailed(
                        "a second containerd does not start", mend="the measurement needs root on Linux"
                    )
                time.sleep(0.1)
            yield address, process.pid
        finally:
            process.terminate()
            process.wait(_SECONDS)


def _cpu_seconds(process: int) -> float:
    """Of containerd and of the processes that it has waited for (proc(5)), and of those that this one has."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    waited_for = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + waited_for.ru_utime + waited_for.ru_stime
