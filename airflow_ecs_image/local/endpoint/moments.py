"""Moments as text and as seconds since the epoch."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)")


def epoch(moment: str) -> float:
    """Seconds since the epoch of an RFC 3339 time with up to nanoseconds. Raises ValueError."""
    found = _MOMENT.fullmatch(moment)
    if found is None:
        raise ValueError(f"no time: {moment}")
    zone = "+00:00" if found[3] == "Z" else found[3]
    whole = datetime.fromisoformat(found[1] + zone).timestamp()
    return whole + float(f"0.{found[2] or 0}")


def iso(at: float) -> str:
    """RFC 3339 in UTC with microseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
