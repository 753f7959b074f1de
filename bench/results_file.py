"""How every measurement keeps what it found: JSON, the facts first, then each list with an item a line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def save(document: dict[str, Any], lists: Sequence[str], path: Path) -> None:
    """Write a document; `lists` are the names of those of its values that get a line an item."""
    facts = {name: value for name, value in document.items() if name not in lists}
    text = json.dumps(facts, indent=2)[:-2]
    for name in lists:
        lines = ",\n".join(f"    {json.dumps(item)}" for item in document[name])
        text += f',\n  "{name}": [\n{lines}\n  ]'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{text}\n}}\n", encoding="utf-8")


def load(path: Path) -> dict[str, Any]:
    """Read what `save` wrote."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document
