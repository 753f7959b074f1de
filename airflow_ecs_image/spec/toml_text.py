"""Values of the image spec as TOML writes them."""

from __future__ import annotations

import json


def toml_value(value: object) -> str:
    """A value in TOML; what is not set is an empty string, because TOML has no null."""
    if value is None:
        return '""'
    if isinstance(value, dict):
        pairs = ", ".join(f"{_key(name)} = {toml_value(each)}" for name, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml_value(each) for each in value)}]"
    # JSON's strings and booleans are TOML's.
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() else json.dumps(name, ensure_ascii=False)
