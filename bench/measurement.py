"""What every measurement gives to the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from airflow_ecs_image.console import Console


class Results(Protocol):
    """All that a measurement has found so far."""

    @property
    def failed(self) -> int:
        """How many runs failed."""

    def save(self, path: Path) -> None:
        """Write them as JSON."""


@dataclass(frozen=True)
class Options:
    """What the command line says: `runs` is None where it leaves the number of rounds to the measurement."""

    runs: int | None = None
    quick: bool = False
    cases: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()

    def rounds(self, usual: int, quick: int) -> int:
        """The number of rounds: as asked for, else the measurement's own."""
        return self.runs or (quick if self.quick else usual)


@dataclass(frozen=True)
class Measurement:
    """One measurement; its results are NAME.json, NAME.md and NAME.svg.

    `run` measures, and yields all that is known after each step, so that an interruption loses no more than one. `load`
    reads what the results saved. `page` is the Markdown of them, `draw` writes their chart; both take what `load` gives.
    """

    name: str
    title: str
    run: Callable[[Options, Console], Iterator[Results]]
    load: Callable[[Path], Any]
    page: Callable[[Any], str]
    draw: Callable[[Any, Path], object]
