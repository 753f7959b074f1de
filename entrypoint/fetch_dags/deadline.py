"""The one deadline of a fetch, and the pauses between attempts."""

from __future__ import annotations

import os
import time

from .failures import DEADLINE, Failure, Transient

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Result = TypeVar("Result")

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 4.0


class Deadline:
    """So many seconds from now on."""

    __slots__ = ("ends", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.ends = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds that are left; Failure when there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise self.over()
        return left

    def over(self, last: str = "") -> Failure:
        """The failure for when it is over, and what went wrong last."""
        message = f"the DAGs were not there within {self.seconds:g} s"
        return Failure(
            DEADLINE,
            f"{message}: {last}" if last else message,
            "raise DAG_FETCH_TIMEOUT, give the task more CPU, or pack the DAGs into one archive",
        )


def with_retries(request: Callable[[], Result], deadline: Deadline) -> Result:
    """Make a request until it succeeds, with exponential backoff and full jitter (AWS Architecture Blog, 2015).

    Raises the Failure of the last fault when its attempts are used up, or that of the deadline.
    """
    made = 0
    while True:
        try:
            return request()
        except Transient as fault:
            made += 1
            if made >= fault.attempts:
                raise fault.for_good(made) from None
            pause = max(fault.wait, _jitter() * min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**made))
            if pause >= deadline.ends - time.monotonic():
                raise deadline.over(fault.message) from None
            time.sleep(pause)


def _jitter() -> float:
    """From 0 to 1; the module `random` takes longer to import than most requests take."""
    return int.from_bytes(os.urandom(4), "big") / 2**32
