"""All runs and weights, kept as JSON, and the row of each lever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench import results_file
from bench.levers.variants import DEFAULTS
from bench.numbers import Spread, median_ratio, spread


@dataclass(frozen=True)
class Weight:
    """The bytes of one variant: by gzip, as a registry holds its layers, and unpacked."""

    variant: str
    airflow: str
    compressed_bytes: int
    unpacked_bytes: int


@dataclass(frozen=True)
class Timing:
    """One start: milliseconds to the first line of task code and CPU seconds of the container until then.

    Both are None where `error` says why they do not count.
    """

    variant: str
    airflow: str
    number: int
    milliseconds: float | None = None
    cpu_seconds: float | None = None
    error: str | None = None


@dataclass(frozen=True)
class Results:
    """The facts that the numbers depend on, and every run; `levers` says of each lever whether it is on by default."""

    machine: dict[str, str | int]
    images: dict[str, str]
    rounds: int
    levers: dict[str, bool]
    weights: list[Weight] = field(default_factory=list)
    timings: list[Timing] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """How many runs failed."""
        return sum(each.error is not None for each in self.timings)

    def save(self, path: Path) -> None:
        """Write them as JSON."""
        results_file.save(asdict(self), ("weights", "timings"), path)

    @classmethod
    def load(cls, path: Path) -> Results:
        """Read what `save` wrote."""
        document = results_file.load(path)
        weights = [Weight(**each) for each in document.pop("weights")]
        timings = [Timing(**each) for each in document.pop("timings")]
        return cls(**document, weights=weights, timings=timings)

    def airflows(self) -> tuple[str, ...]:
        """The Airflow versions, in their order."""
        return tuple(dict.fromkeys(each.airflow for each in self.weights))


@dataclass(frozen=True)
class Pair:
    """One quantity with the lever off and on. `saved` are the differences, off less on, of the rounds that both have."""

    off: float | None
    on: float | None
    saved: Spread | None
    ratio: float | None

    @property
    def seen(self) -> float | None:
        """The median of what was saved; None when the rounds do not agree on its sign, so that it may be nothing."""
        if self.saved is None or self.saved.least <= 0 <= self.saved.most:
            return None
        return self.saved.median


@dataclass(frozen=True)
class Row:
    """One lever on one Airflow: what it saves, all else as it is by default. `saved` is negative where it costs."""

    lever: str
    default: bool
    compressed: Pair
    unpacked: Pair
    milliseconds: Pair
    cpu_seconds: Pair
    failed: int
    error: str | None


def rows(results: Results, airflow: str) -> tuple[Row, ...]:
    """A row for each lever, in their order."""
    return tuple(_row(results, airflow, lever, default) for lever, default in results.levers.items())


def _row(results: Results, airflow: str, lever: str, default: bool) -> Row:
    # With a lever that is on by default the image with the defaults is the one that has it.
    off, on = (lever, DEFAULTS) if default else (DEFAULTS, lever)
    runs = [run for run in results.timings if (run.airflow, run.variant) == (airflow, lever)]

    def weighed(value: Callable[[Weight], int]) -> Pair:
        return _pair(*({0: float(value(_weight(results, airflow, name)))} for name in (off, on)))

    def timed(value: Callable[[Timing], float | None]) -> Pair:
        return _pair(*(_by_round(results, airflow, name, value) for name in (off, on)))

    return Row(
        lever,
        default,
        weighed(lambda weight: weight.compressed_bytes),
        weighed(lambda weight: weight.unpacked_bytes),
        timed(lambda run: run.milliseconds),
        timed(lambda run: run.cpu_seconds),
        failed=sum(run.error is not None for run in runs),
        error=next((run.error for run in runs if run.error is not None), None),
    )


def _weight(results: Results, airflow: str, variant: str) -> Weight:
    return next(each for each in results.weights if (each.airflow, each.variant) == (airflow, variant))


def _by_round(
    results: Results, airflow: str, variant: str, value: Callable[[Timing], float | None]
) -> dict[int, float]:
    return {
        run.number: number
        for run in results.timings
        if (run.airflow, run.variant) == (airflow, variant) and (number := value(run)) is not None
    }


def _pair(off: dict[int, float], on: dict[int, float]) -> Pair:
    middle_off, middle_on = spread(list(off.values())), spread(list(on.values()))
    return Pair(
        middle_off.median if middle_off else None,
        middle_on.median if middle_on else None,
        # Within a round, so that what slowed both alike is left out.
        spread([off[number] - on[number] for number in sorted(off.keys() & on.keys())]),
        median_ratio(off, on),
    )
