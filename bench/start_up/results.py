"""All runs of the measurement, kept as JSON, and the rows that table and chart show of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench import results_file
from bench.contenders import CONTENDERS, Contender, ContenderName
from bench.numbers import Spread, median_ratio, spread
from bench.start_up.cases import Case
from bench.start_up.measure import Run
from bench.start_up.parts import PARTS
from bench.start_up.split import Split

BASELINE = CONTENDERS[0]
_LISTS = ("warm_ups", "splits", "runs")


@dataclass(frozen=True)
class Results:
    """The facts that the numbers depend on, and every run, failed ones and warm-ups included."""

    machine: dict[str, str | int]
    images: dict[str, str]
    rounds: int
    runs: list[Run] = field(default_factory=list)
    warm_ups: list[Run] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """How many runs failed."""
        return sum(each.error is not None for each in self.runs)

    def save(self, path: Path) -> None:
        """Write them as JSON, a run a line."""
        results_file.save(asdict(self), _LISTS, path)

    @classmethod
    def load(cls, path: Path) -> Results:
        """Read what `save` wrote."""
        document = results_file.load(path)
        for name, kind in zip(_LISTS, (Run, Split, Run), strict=True):
            document[name] = [kind(**item) for item in document[name]]
        return cls(**document)

    def cases(self) -> tuple[Case, ...]:
        """The cases that were run, in the order of their first runs."""
        return tuple(Case.named(name) for name in dict.fromkeys(run.case for run in self.runs))


@dataclass(frozen=True)
class Row:
    """One contender in one case. What failed counts in `failed` alone; all else is None or empty when nothing succeeded.

    `parts` are the medians of the parts in milliseconds: they add up to about the median of the whole. `airflow` is
    from the container's start to the exec of Airflow's program.
    """

    contender: ContenderName
    title: str
    milliseconds: Spread | None
    ratio: float | None
    airflow: Spread | None
    airflow_ratio: float | None
    parts: dict[str, float]
    cpu_seconds: float | None
    peak_cgroup_bytes: float | None
    peak_resident_bytes: float | None
    failed: int
    error: str | None


def rows(results: Results, case: Case) -> tuple[Row, ...]:
    """The contenders that were run in a case, in their order."""
    ran = {run.contender for run in results.runs if run.case == case.name}
    return tuple(_row(results, case, name) for name in CONTENDERS if name in ran)


def _row(results: Results, case: Case, name: ContenderName) -> Row:
    runs = [run for run in results.runs if (run.case, run.contender) == (case.name, name)]
    good = [run for run in runs if run.error is None]

    def median(value: Callable[[Run], float | None]) -> float | None:
        found = spread([number for run in good if (number := value(run)) is not None])
        return found.median if found else None

    parts = {part.name: median(lambda run, part=part: part.milliseconds(run.marks)) for part in PARTS}  # type: ignore[misc]

    return Row(
        contender=name,
        title=Contender(name, case.airflow, "").title,
        milliseconds=spread(list(_moments(results, case, name, "first-line").values())),
        ratio=_ratio(results, case, name, "first-line"),
        airflow=spread(list(_moments(results, case, name, "airflow").values())),
        airflow_ratio=_ratio(results, case, name, "airflow"),
        parts={part: value for part, value in parts.items() if value is not None},
        cpu_seconds=median(lambda run: run.cpu_seconds),
        peak_cgroup_bytes=median(lambda run: run.peak_cgroup_bytes),
        peak_resident_bytes=median(lambda run: run.peak_resident_bytes),
        failed=len(runs) - len(good),
        error=next((run.error for run in runs if run.error is not None), None),
    )


def _ratio(results: Results, case: Case, name: ContenderName, moment: str) -> float | None:
    return median_ratio(_moments(results, case, BASELINE, moment), _moments(results, case, name, moment))


def _moments(results: Results, case: Case, name: ContenderName, moment: str) -> dict[int, float]:
    """Milliseconds since the container's start by the number of the round."""
    return {
        run.number: run.marks[moment]
        for run in results.runs
        if (run.case, run.contender) == (case.name, name) and run.error is None and moment in run.marks
    }
