"""Targets of every kind, and the states that a test brings them into."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .fetcher import BEFORE, Fetcher, Tree


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    done = subprocess.run(["mount", *options, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"nothing may be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def mounted_nowhere() -> Iterator[None]:
    yield


def restore(place: Path, files: Tree = BEFORE) -> None:
    """What was there before, and nothing else in it or beside it."""
    leftovers = [path for path in place.parent.iterdir() if path != place]
    for path in [*place.iterdir(), *leftovers]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)


def visible(fetcher: Fetcher) -> Tree:
    return {name: content for name, content in fetcher.tree.items() if not name.startswith(".")}
