"""Faults on demand, and what was counted: what the admin API sets and tells."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any

from .refusals import EcsRefusal, invalid_parameter, throttled

CAPACITY_UNAVAILABLE = (
    "Capacity is unavailable at this time. Please try again later or in a different availability zone"
)
"""What RunTask on Fargate answers as a failure's reason (ECS developer guide, "API failures messages")."""

_NAMES = {"latency_seconds", "throttle_per_second", "capacity_failures", "errors"}
_SERVER_ERRORS = {"ServerException": 500, "InternalFailure": 500, "ServiceUnavailable": 503}
_MESSAGES = {
    "ServerException": "Service Unavailable. Please try again later.",
    "ThrottlingException": "Rate exceeded",
    "ClusterNotFoundException": "Cluster not found.",
}


class Faults:
    """The faults in force, and the counters of calls."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._latency = 0.0
        self._throttle: dict[str, float] = {}
        self._capacity_failures = 0
        self._errors: dict[str, deque[str]] = {}
        self._recent: dict[str, deque[float]] = defaultdict(deque)
        self._calls: dict[str, int] = defaultdict(int)
        self._throttled: dict[str, int] = defaultdict(int)
        self._describe_largest = 0

    def set(self, content: Mapping[str, Any]) -> None:
        """Put these in force; what is not named is off. Raises EcsRefusal for what is no fault."""
        unknown = sorted(set(content) - _NAMES)
        if unknown:
            raise invalid_parameter(f"Unknown fault: {', '.join(unknown)}.")
        try:
            latency = float(content.get("latency_seconds") or 0)
            throttle = {
                name: float(rate) for name, rate in (content.get("throttle_per_second") or {}).items()
            }
            capacity = int(content.get("capacity_failures") or 0)
            errors = {name: deque(map(str, codes)) for name, codes in (content.get("errors") or {}).items()}
        except (TypeError, ValueError, AttributeError) as error:
            raise invalid_parameter(f"Invalid fault: {error}.") from None
        with self._lock:
            self._latency, self._throttle, self._capacity_failures, self._errors = (
                latency,
                throttle,
                capacity,
                errors,
            )
            self._recent.clear()

    def document(self) -> dict[str, Any]:
        """Those in force; what was used up is gone."""
        with self._lock:
            return {
                "latency_seconds": self._latency,
                "throttle_per_second": dict(self._throttle),
                "capacity_failures": self._capacity_failures,
                "errors": {name: list(codes) for name, codes in self._errors.items() if codes},
            }

    def meet(self, operation: str) -> None:
        """Count a call and let it meet its fault. Raises EcsRefusal."""
        with self._lock:
            self._calls[operation] += 1
            latency = self._latency
            refusal = self._refusal(operation)
        if latency > 0:
            time.sleep(latency)
        if refusal is not None:
            raise refusal

    def take_capacity_failure(self) -> bool:
        """Whether the task that is about to be run meets one."""
        with self._lock:
            if self._capacity_failures <= 0:
                return False
            self._capacity_failures -= 1
            return True

    def described(self, tasks: int) -> None:
        """Count a DescribeTasks of so many tasks."""
        with self._lock:
            self._describe_largest = max(self._describe_largest, tasks)

    def counters(self) -> dict[str, Any]:
        """What was counted since the start."""
        with self._lock:
            return {
                "calls": dict(self._calls),
                "describe_tasks_largest": self._describe_largest,
                "throttled": dict(self._throttled),
            }

    def _refusal(self, operation: str) -> EcsRefusal | None:
        rate = self._throttle.get(operation, 0)
        if rate > 0:
            now, recent = self._clock(), self._recent[operation]
            # As many as in a second; of a rate below one, one in its time.
            window = max(1.0, 1 / rate)
            while recent and now - recent[0] >= window:
                recent.popleft()
            if len(recent) >= rate * window:
                self._throttled[operation] += 1
                return throttled()
            recent.append(now)
        codes = self._errors.get(operation)
        if codes:
            code = codes.popleft()
            return EcsRefusal(
                code, _MESSAGES.get(code, f"{code} on demand."), status=_SERVER_ERRORS.get(code, 400)
            )
        return None
