"""The words that every check speaks: what is expected, what was found, what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Status = Literal["passed", "failed", "skipped", "warned"]

_NO_DATA: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Expectations:
    """What the image is compared with; None means: with the image's own labels, as far as it has them.

    `platform` is such as "linux/amd64", `python_version` such as "3.13", `size_budget` in compressed bytes,
    `start_budget` in CPU seconds. A budget that is None is none.
    """

    airflow_version: str | None = None
    python_version: str | None = None
    platform: str | None = None
    executor_package_version: str | None = None
    size_budget: int | None = None
    start_budget: float | None = None


@dataclass(frozen=True)
class Verdict:
    """What one check concludes.

    `detail` has one line a problem. `seconds` is the time that its evidence took, `data` goes into --json.
    """

    status: Status
    detail: str
    mend: str | None = None
    seconds: float = 0.0
    data: Mapping[str, Any] = field(default_factory=lambda: _NO_DATA)


@dataclass(frozen=True)
class CheckResult:
    """A verdict with the name of its check. `detail` and `mend` hold no credential and no worker command."""

    name: str
    title: str
    status: Status
    detail: str
    mend: str | None
    seconds: float
    data: Mapping[str, Any]


class NotProven(Exception):
    """The evidence could not be gathered, so nothing is known; a check that meets this has failed."""

    def __init__(self, reason: str, mend: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.mend = mend


class NotRunnable(NotProven):
    """The image's programs are another processor's, and this machine has no emulation of it."""

    def __init__(self, platform: str) -> None:
        super().__init__(
            f"this machine cannot run programs of {platform}: no emulation is registered",
            mend="python build.py setup emulation",
        )
