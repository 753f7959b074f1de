"""A clock on which only waiting takes time."""

from __future__ import annotations


class Clock:
    """Seconds; called it is `time.monotonic`, and `sleep` moves it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
