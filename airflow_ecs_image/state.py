"""Where the toolkit keeps what it remembers about this machine and its user."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def state_folder(name: str) -> Path:
    """The folder of that name below XDG_STATE_HOME, or ~/.local/state (XDG Base Directory Specification). It may not exist."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "airflow-ecs-image" / name


def cache_folder() -> Path:
    """The folder below XDG_CACHE_HOME, or ~/.cache, for what can be found out again. It may not exist."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "airflow-ecs-image"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, readable by its owner alone, as a whole or not at all: a reader never finds half of it.

    The folders above it are made. Raises OSError, and leaves nothing behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
