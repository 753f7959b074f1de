"""All runs of one measurement, kept as JSON, and the rows that the table and the chart show of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench import results_file
from bench.dag_fetch.cases import ALL, Case
from bench.dag_fetch.measure import Run
from bench.dag_fetch.ways import BASELINE, WAYS, Way
from bench.numbers import Spread, median_ratio, spread


@dataclass(frozen=True)
class Results:
    """The facts that the numbers depend on, and every run, failed ones and warm-ups included."""

    machine: dict[str, str | int]
    versions: dict[str, str]
    images: dict[str, str]
    trees: dict[str, dict[str, int]]
    rounds: int
    runs: list[Run] = field(default_factory=list)
    warm_ups: list[Run] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """How many runs failed."""
        return sum(run.error is not None for run in self.runs)

    def save(self, path: Path) -> None:
        """Write them as JSON, a run a line."""
        results_file.save(asdict(self), ("warm_ups", "runs"), path)

    @classmethod
    def load(cls, path: Path) -> Results:
        """Read what `save` wrote."""
        document = results_file.load(path)
        for name in ("warm_ups", "runs"):
            document[name] = [Run(**run) for run in document[name]]
        return cls(**document)

    def cases(self) -> tuple[Case, ...]:
        """The cases that were run, in the order of the matrix."""
        names = {run.case for run in self.runs}
        return tuple(case for case in ALL if case.name in names)


@dataclass(frozen=True)
class Row:
    """One way in one case. What failed counts in `failed` alone; everything else is None when nothing succeeded."""

    way: Way
    milliseconds: Spread | None
    ratio: float | None
    cpu_seconds: float | None
    peak_bytes: float | None
    failed: int
    error: str | None


def rows(results: Results, case: Case) -> tuple[Row, ...]:
    """The ways that were run in a case, in the order of the ways."""
    ran = {run.way for run in results.runs if run.case == case.name}
    return tuple(_row(results, case, way) for way in WAYS if way.name in ran)


def _row(results: Results, case: Case, way: Way) -> Row:
    runs = [run for run in results.runs if (run.case, run.way) == (case.name, way.name)]
    good = [run for run in runs if run.error is None]

    def median(value: Callable[[Run], float | None]) -> float | None:
        found = spread([number for run in good if (number := value(run)) is not None])
        return found.median if found else None

    return Row(
        way=way,
        milliseconds=spread(list(_times(results, case, way).values())),
        ratio=median_ratio(_times(results, case, BASELINE), _times(results, case, way)),
        cpu_seconds=median(lambda run: run.cpu_seconds),
        peak_bytes=median(lambda run: run.peak_resident_bytes),
        failed=len(runs) - len(good),
        error=next((run.error for run in runs if run.error is not None), None),
    )


def _times(results: Results, case: Case, way: Way) -> dict[int, float]:
    """Milliseconds by the number of the round."""
    return {
        run.number: run.milliseconds
        for run in results.runs
        if (run.case, run.way) == (case.name, way.name) and run.error is None and run.milliseconds is not None
    }
