"""The parts of a rendered Dockerfile: what it says and does, and the locks that it carries."""

from __future__ import annotations

import re

_LOCK = re.compile(r"^COPY <<'LOCK'[^\n]*\n(.*?)^LOCK$", flags=re.MULTILINE | re.DOTALL)


def commands(dockerfile: str) -> str:
    """The text without comments and locks."""
    return "\n".join(line for line in _LOCK.sub("", dockerfile).splitlines() if line.lstrip()[:1] != "#")


def locks(dockerfile: str) -> list[list[str]]:
    """The lines of each lock, without comments."""
    return [
        [line for line in lock.splitlines() if not line.startswith("#")] for lock in _LOCK.findall(dockerfile)
    ]
