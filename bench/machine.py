"""What the numbers depend on: the machine and its engine."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

from airflow_ecs_image.engine import Engine


def machine() -> dict[str, str | int]:
    """Facts of this machine, by the words that a report shows them under; no names and no addresses."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory (GiB)": _memory_gibibytes(),
        "kernel": f"{platform.system()} {platform.release()}",
        "distribution": _distribution(),
        "Docker engine": Engine().version().server,
        "control groups": f"version {2 if Path('/sys/fs/cgroup/cgroup.controllers').exists() else 1}",
    }


def _processor() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", _text("/proc/cpuinfo"), re.MULTILINE)
    return " ".join(found[1].split()) if found else platform.machine()


def _memory_gibibytes() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30))


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        return platform.platform()


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""
