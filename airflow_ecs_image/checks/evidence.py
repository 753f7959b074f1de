"""What the checks look at, gathered once: the image's description, what its containers said, its layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from airflow_ecs_image.checks.layers import LayerScan
from airflow_ecs_image.checks.model import Expectations, NotProven, Verdict
from airflow_ecs_image.checks.probe_script import Answer, Section
from airflow_ecs_image.engine.images import ImageDetails
from airflow_ecs_image.size_report import SizeReport

Part = TypeVar("Part")

LABEL_PREFIX = "io.airflow-ecs-image."


@dataclass(frozen=True)
class Termination:
    """How the image's main process met SIGTERM.

    `exit_code` is None when it still ran `waited` seconds after the signal. `seconds_to_end` counts from the
    signal, `seconds` from the start of the container.
    """

    output: tuple[str, ...]
    exit_code: int | None
    seconds_to_end: float
    waited: float
    seconds: float


@dataclass(frozen=True)
class ArbitraryUid:
    """What the container said that ran as a uid of its own with group 0."""

    uid: int
    process: Section
    airflow: Section


@dataclass(frozen=True)
class TimedScan:
    """The layers' findings and the seconds that reading them took."""

    scan: LayerScan
    seconds: float


@dataclass(frozen=True)
class MeasuredSize:
    """The image's compressed bytes; `report` says what they are, where they are past the budget."""

    compressed_bytes: int
    report: SizeReport | None
    seconds: float


@dataclass(frozen=True)
class Evidence:
    """All that one run of the checks knows; a part that could not be gathered is a NotProven in its place."""

    image: str
    details: ImageDetails
    expectations: Expectations
    emulated: bool
    inside: Answer | NotProven | None = None
    arbitrary: ArbitraryUid | NotProven | None = None
    stopped: Termination | NotProven | None = None
    layers: TimedScan | NotProven | None = None
    size: MeasuredSize | NotProven | None = None
    start: Answer | NotProven | None = None

    def answer(self) -> Answer:
        """What the container said that ran the probes as the image's user; NotProven when it said nothing."""
        return _proven(self.inside)

    def section(self, name: str) -> Section:
        """One probe's findings in that container."""
        return self.answer().section(name)

    def arbitrary_uid(self) -> ArbitraryUid:
        """The findings under another uid."""
        return _proven(self.arbitrary)

    def termination(self) -> Termination:
        """The findings about SIGTERM."""
        return _proven(self.stopped)

    def layer_scan(self) -> TimedScan:
        """The findings in the layers."""
        return _proven(self.layers)

    def measured_size(self) -> MeasuredSize:
        """What the image weighs; only where there is a budget for it."""
        return _proven(self.size)

    def start_cost(self) -> Section:
        """What a worker's start costs; only where there is a budget for it."""
        return _proven(self.start).section("start_cost")

    def label(self, name: str) -> str | None:
        """One of this toolkit's own labels, by the end of its name; None on an image built elsewhere."""
        return self.details.labels.get(LABEL_PREFIX + name) or None


@dataclass(frozen=True)
class Check:
    """One check. `needs` names the probes and the other parts of the evidence that it looks at."""

    name: str
    title: str
    needs: frozenset[str]
    judge: Callable[[Evidence], Verdict]


def _proven(part: Part | NotProven | None) -> Part:
    if part is None:
        raise AssertionError("a check looks at evidence that it did not name in `needs`")
    if isinstance(part, NotProven):
        raise part
    return part
