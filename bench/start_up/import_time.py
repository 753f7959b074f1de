"""What `-X importtime` says, summed up by package."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Mapping

_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+([\w.]+)")
_STANDARD = "standard library"
_DEEPER = ("airflow", "airflow.providers")


def milliseconds_by_package(text: str) -> dict[str, float]:
    """The time of the modules of each package themselves, without what they import; the longest first.

    Airflow counts by its sub-packages, the standard library as one. A module that two processes import counts twice.
    """
    total: defaultdict[str, int] = defaultdict(int)
    for microseconds, module in _IMPORT.findall(text):
        total[package_of(module)] += int(microseconds)
    ordered = sorted(total.items(), key=lambda item: (-item[1], item[0]))
    return {package: round(microseconds / 1000, 1) for package, microseconds in ordered}


def top(packages: Mapping[str, float], number: int) -> dict[str, float]:
    """The first of them, and the rest as one."""
    names = list(packages)[:number]
    rest = sum(value for name, value in packages.items() if name not in names)
    return {**{name: packages[name] for name in names}, "everything else": round(rest, 1)}


def package_of(module: str) -> str:
    """`airflow.sdk` for `airflow.sdk.definitions.dag`, `sqlalchemy` for `sqlalchemy.orm`."""
    words = module.split(".")
    if words[0] in sys.stdlib_module_names:
        return _STANDARD
    depth = 1
    while depth < len(words) and ".".join(words[:depth]) in _DEEPER:
        depth += 1
    return ".".join(words[:depth])
