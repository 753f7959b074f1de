"""The package that fetches, as modules: for tests of its parts."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

_FOLDER = str(Path(__file__).resolve().parents[2] / "entrypoint")


def module(name: str) -> ModuleType:
    """A module of the package, such as `tar`."""
    if _FOLDER not in sys.path:
        sys.path.append(_FOLDER)
    return importlib.import_module(f"fetch_dags.{name}")
