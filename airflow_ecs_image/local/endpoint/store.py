"""JSON files that outlive the process; each is written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Store:
    """A folder of JSON objects, one a file, by name. Only its owner may read them: commands hold tokens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def write(self, name: str, content: dict[str, Any]) -> None:
        """Write one, in the place of the one before."""
        partial = self._folder / f".{name}.partial"
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(content, stream, separators=(",", ":"))
        partial.replace(self._folder / f"{name}.json")

    def remove(self, name: str) -> None:
        """Remove one, if it is there."""
        (self._folder / f"{name}.json").unlink(missing_ok=True)

    def read_all(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Name and content of each, in the order of their names."""
        for path in sorted(self._folder.glob("*.json")):
            yield path.stem, json.loads(path.read_text(encoding="utf-8"))
