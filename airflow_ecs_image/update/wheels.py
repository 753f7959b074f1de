"""Which one wheel of a release a machine would install."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

MACHINES = ("x86_64", "aarch64")
NEWEST_GLIBC_MINOR = 36
"""glibc 2.36 is Debian 12's, the oldest suite that an image is built on; a wheel for a newer glibc would not load there."""

_OLDER_NAMES = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}


def best_wheel(names: Iterable[str], python: str, machine: str) -> str | None:
    """The wheel file name that CPython `python` ("3.13") on glibc Linux of that machine prefers, None if none fits."""
    ranks = _ranks(python, machine)
    best: tuple[int, str] | None = None
    for name in names:
        fitting = [ranks[tag] for tag in parse_wheel_filename(name)[3] if tag in ranks]
        if fitting and (best is None or (min(fitting), name) < best):
            best = (min(fitting), name)
    return best[1] if best else None


@functools.cache
def _ranks(python: str, machine: str) -> Mapping[Tag, int]:
    major, minor = (int(part) for part in python.split("."))
    platforms: list[str] = []
    for glibc in range(NEWEST_GLIBC_MINOR, 4, -1):
        platforms.append(f"manylinux_2_{glibc}_{machine}")
        if glibc in _OLDER_NAMES:
            platforms.append(f"{_OLDER_NAMES[glibc]}_{machine}")
    platforms.append(f"linux_{machine}")
    ordered = [
        *cpython_tags((major, minor), platforms=platforms),
        *compatible_tags((major, minor), f"cp{major}{minor}", platforms),
    ]
    return {tag: rank for rank, tag in reversed(list(enumerate(ordered)))}
