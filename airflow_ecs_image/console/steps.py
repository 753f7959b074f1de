"""One step of the work: running, then done, failed, skipped or dropped."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from types import TracebackType
from typing import Protocol, Self

from airflow_ecs_image.console.terminal import one_line


class StepState(Enum):
    """Where a step stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    DROPPED = "dropped"


class StepBoard(Protocol):
    """What a step tells its console."""

    def step_started(self, step: Step) -> None:
        """The step runs from now on."""

    def step_ended(self, step: Step, reason: str) -> None:
        """The step is over; its `state` says how."""


class Step:
    """A step of the work, made by `Console.step` or `Console.begin`.

    As a context manager it starts on entry and ends on exit: done, or failed when an exception passes.
    """

    def __init__(
        self, board: StepBoard, title: str, *, clock: Callable[[], float], announce: bool, nests: bool
    ) -> None:
        self.title = one_line(title)
        self.detail = ""
        self.state = StepState.WAITING
        self.depth = 0
        self.announce = announce
        self.nests = nests
        self.announced = False
        self._board = board
        self._clock = clock
        self._started = 0.0
        self._seconds: float | None = None

    @property
    def seconds(self) -> float:
        """Seconds that the step took, or has taken until now."""
        return self._clock() - self._started if self._seconds is None else self._seconds

    def start(self) -> Step:
        """Start the step and return it."""
        self.state = StepState.RUNNING
        self._started = self._clock()
        self._board.step_started(self)
        return self

    def update(self, detail: str) -> None:
        """Show this text beside the running step on a terminal; it never reaches a log."""
        self.detail = one_line(detail)

    def done(self, seconds: float | None = None) -> None:
        """End the step well. `seconds` replaces the measured time where a better clock exists."""
        self._end(StepState.DONE, seconds=seconds)

    def failed(self, seconds: float | None = None) -> None:
        """End the step badly."""
        self._end(StepState.FAILED, seconds=seconds)

    def skip(self, reason: str) -> None:
        """End the step because there was nothing to do, for that reason."""
        self._end(StepState.SKIPPED, reason=reason)

    def drop(self) -> None:
        """End the step without a line of its own."""
        self._end(StepState.DROPPED)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.done()
        else:
            self.failed()

    def _end(self, state: StepState, *, seconds: float | None = None, reason: str = "") -> None:
        if self.state is not StepState.RUNNING:
            return
        self._seconds = self.seconds if seconds is None else seconds
        self.state = state
        self._board.step_ended(self, one_line(reason))
