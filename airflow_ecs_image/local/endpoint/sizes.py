"""CPU and memory of a task, as numbers and as words (ECS developer guide, "Task size")."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORDS = re.compile(r"\s*(\d*\.?\d+)\s*(vcpu|gb)?\s*", re.IGNORECASE)
_UNITS = 1024
"""CPU units of a vCPU, and MiB of a GB."""


def cpu_units(text: str) -> int | None:
    """CPU units of `1024` or `1 vCPU`; None for anything else."""
    return _number(text, "vcpu")


def memory_mib(text: str) -> int | None:
    """MiB of `2048` or `2 GB`; None for anything else."""
    return _number(text, "gb")


def no_fargate_size(cpu: int, memory: int, memory_of_cpu: Mapping[int, tuple[int, ...]]) -> bool:
    """Whether Fargate has no task of that size."""
    return memory not in memory_of_cpu.get(cpu, ())


def _number(text: str, unit: str) -> int | None:
    found = _WORDS.fullmatch(text)
    if found is None or (found[2] or unit).lower() != unit:
        return None
    if not found[2]:
        return int(found[1]) if found[1].isdecimal() else None
    return round(float(found[1]) * _UNITS)
