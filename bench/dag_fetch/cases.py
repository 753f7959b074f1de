"""What is measured: every number of files, each way to S3 and each share of a CPU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import product

FILES = (10, 200, 2_000)
DELAYS = (0, 20)
"""Milliseconds that each request waits on its way to S3."""
CPUS = (None, 0.25)
"""`docker run --cpus`: none is every core of the machine, 0.25 the smallest task of Fargate."""


@dataclass(frozen=True)
class Case:
    """One point of the matrix; `cpus` is None where the container may use every core."""

    files: int
    delay_ms: int
    cpus: float | None

    @property
    def name(self) -> str:
        """How `--cases` names it: `200-files-20ms-0.25cpu`, `10-files-direct-fullcpu`."""
        delay = f"{self.delay_ms}ms" if self.delay_ms else "direct"
        return f"{self.files}-files-{delay}-{'full' if self.cpus is None else self.cpus}cpu"


ALL = tuple(Case(files, delay, cpus) for files, delay, cpus in product(FILES, DELAYS, CPUS))
QUICK = tuple(Case(200, 20, cpus) for cpus in CPUS)
WARM_UP = Case(200, 0, None)
"""Run once by every way before the first case, so that no case pays for reading the images from disk."""


def matching(patterns: Sequence[str], cases: Sequence[Case] = ALL) -> tuple[Case, ...]:
    """The cases of which a pattern such as `200-*` matches the name; all of them where there is no pattern."""
    return tuple(
        case for case in cases if not patterns or any(fnmatchcase(case.name, each) for each in patterns)
    )
