"""The few statistics of a handful of runs, and how people read them."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Spread:
    """The middle, the least and the most of some numbers, and how many there were."""

    median: float
    least: float
    most: float
    count: int


def spread(values: Sequence[float]) -> Spread | None:
    """None when there are no numbers."""
    if not values:
        return None
    return Spread(statistics.median(values), min(values), max(values), len(values))


def median_ratio(baseline: Mapping[int, float], other: Mapping[int, float]) -> float | None:
    """How many times longer the baseline took: the median over the rounds that both have, each against its own.

    The keys are the numbers of the rounds. Comparing within a round leaves out what slowed both alike.
    """
    ratios = [
        baseline[number] / other[number] for number in sorted(baseline.keys() & other.keys()) if other[number]
    ]
    return statistics.median(ratios) if ratios else None


def spoken_milliseconds(value: float) -> str:
    """`87 ms`, `1.24 s`, `24.1 s`: three figures."""
    if value < 999.5:
        return f"{value:.0f} ms"
    seconds = value / 1000
    return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.1f} s"


def spoken_range(found: Spread) -> str:
    """`1.24 s (1.20–1.31 s)`: the median and in brackets least and most, their unit once where both have the same."""
    least, most = spoken_milliseconds(found.least), spoken_milliseconds(found.most)
    unit = most.rpartition(" ")[2]
    range_ = f"{least.removesuffix(f' {unit}')}–{most}" if least.endswith(f" {unit}") else f"{least}–{most}"
    return f"{spoken_milliseconds(found.median)} ({range_})"


def spoken_ratio(value: float) -> str:
    """`0.82×`, `6.4×`, `24×`: a whole number from 20."""
    if value < 0.995:
        return f"{value:.2f}×"
    return f"{value:.1f}×" if value < 19.95 else f"{value:.0f}×"
