"""Where the toolkit keeps what it remembers about this machine and its user."""

from __future__ import annotations

import os
from pathlib import Path


def state_folder(name: str) -> Path:
    """The folder of that name below XDG_STATE_HOME, or ~/.local/state (XDG Base Directory Specification). It may not exist."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "airflow-ecs-image" / name


def cache_folder() -> Path:
    """The folder below XDG_CACHE_HOME, or ~/.cache, for what can be found out again. It may not exist."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "airflow-ecs-image"
