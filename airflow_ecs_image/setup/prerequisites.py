"""What this toolkit needs of a machine, one prerequisite each, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a prerequisite stands; the value is the word that people and `--json` see."""

    OK = "ok"
    WARNING = "warning"
    """Only some jobs need it, or it will be in the way soon."""
    MISSING = "missing"
    """No image can be built before it is mended."""


@dataclass(frozen=True)
class Prerequisite:
    """One prerequisite: `detail` says what was found, `mend` is the command or the words that put it right."""

    name: str
    state: State
    detail: str
    mend: str | None = None
