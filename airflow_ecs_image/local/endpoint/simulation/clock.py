"""One thread that does things at their time, and some that do what takes time."""

from __future__ import annotations

import heapq
import itertools
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


class Clock:
    """`after` is for what returns at once, `work` for what waits for others. Thousands may be due; threads are few."""

    def __init__(self, workers: int) -> None:
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._workers = ThreadPoolExecutor(workers, thread_name_prefix="simulated-worker")
        threading.Thread(target=self._run, name="simulation", daemon=True).start()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Do it in so many seconds."""
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), action))
            self._changed.notify()

    def work(self, action: Callable[[], None]) -> None:
        """Do it as soon as one of the workers is free."""
        self._workers.submit(_guarded, action)

    def _run(self) -> None:
        while True:
            _guarded(self._next())

    def _next(self) -> Callable[[], None]:
        with self._changed:
            while True:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._due)[2]
                self._changed.wait(wait)


def _guarded(action: Callable[[], None]) -> None:
    """A defect of one action ends no thread. Only where it was is told: the message may hold what nobody should read."""
    try:
        action()
    except Exception as error:  # noqa: BLE001 - said above
        frame = traceback.extract_tb(error.__traceback__)[-1]
        print(f"simulation: {type(error).__name__} in {frame.name}, line {frame.lineno}", file=sys.stderr)  # noqa: T201
