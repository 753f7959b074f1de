"""All that was found, kept as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench import results_file
from bench.contenders import CONTENDERS
from bench.numbers import Spread, median_ratio, spread

BASELINE, FULL = CONTENDERS[0], "full"
SAMPLES = frozenset({BASELINE, FULL})
"""The images of the executor package's sample; all others are this project's."""
GZIP, ZSTD = "gzip", "zstd"
NOTHING, DAG, REQUIREMENT = "nothing changed", "one DAG changed", "one requirement added"
DAG_SPLIT = "one DAG changed, with `split-dag-layer`"
MOVED = "Airflow patch version moved"
CASES = (NOTHING, DAG, DAG_SPLIT, REQUIREMENT, MOVED)
_LISTS = ("weights", "pulls", "rebuilds")


@dataclass(frozen=True)
class Weight:
    """One image in the registry: bytes of its layers there and unpacked, and their number."""

    contender: str
    airflow: str
    compression: str
    compressed_bytes: int
    unpacked_bytes: int
    layers: int


@dataclass(frozen=True)
class Pull:
    """One pull into the empty store."""

    contender: str
    airflow: str
    compression: str
    number: int
    milliseconds: float
    cpu_seconds: float


@dataclass(frozen=True)
class Rebuild:
    """One build of what was built before, but for the change.

    `pushed_bytes` are of the blobs that are new by it, `exported_bytes` of the new layers in the engine's store.
    """

    contender: str
    airflow: str
    case: str
    number: int
    milliseconds: float
    pushed_bytes: int
    exported_bytes: int


@dataclass(frozen=True)
class Results:
    """The facts that the numbers depend on, and every run."""

    machine: dict[str, str | int]
    images: dict[str, str]
    rounds: int
    weights: list[Weight] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)
    rebuilds: list[Rebuild] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """A pull or build that fails ends the measurement."""
        return 0

    def save(self, path: Path) -> None:
        """Write them as JSON, a run a line."""
        results_file.save(asdict(self), _LISTS, path)

    @classmethod
    def load(cls, path: Path) -> Results:
        """Read what `save` wrote."""
        document = results_file.load(path)
        document["weights"] = [Weight(**item) for item in document["weights"]]
        document["pulls"] = [Pull(**item) for item in document["pulls"]]
        document["rebuilds"] = [Rebuild(**item) for item in document["rebuilds"]]
        return cls(**document)

    def airflows(self) -> tuple[str, ...]:
        """The Airflow versions, in their order."""
        return tuple(dict.fromkeys(each.airflow for each in self.weights))


@dataclass(frozen=True)
class Compared:
    """The numbers of one contender, and how many times less time it took than the reference in the same round."""

    milliseconds: Spread | None
    ratio: float | None


def compared(mine: Sequence[Pull | Rebuild], reference: Sequence[Pull | Rebuild]) -> Compared:
    """The runs of a contender beside those of the reference."""
    times = {run.number: run.milliseconds for run in mine}
    others = {run.number: run.milliseconds for run in reference}
    return Compared(spread(list(times.values())), median_ratio(others, times))
