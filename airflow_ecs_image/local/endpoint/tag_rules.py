"""Tags (API reference, Tag)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .refusals import invalid_parameter

_MOST_TAGS = 50
_LONGEST_KEY, _LONGEST_VALUE = 128, 256
_CHARACTERS = re.compile(r"[\w\s_.:/=+\-@]*")


def check_tags(tags: Sequence[Mapping[str, str]]) -> None:
    """Refuse wrong tags. Raises EcsRefusal."""
    if len(tags) > _MOST_TAGS:
        raise invalid_parameter("Tags can have at most 50 items.")
    keys: set[str] = set()
    for tag in tags:
        key, value = tag.get("key", ""), tag.get("value", "")
        if not 1 <= len(key) <= _LONGEST_KEY or len(value) > _LONGEST_VALUE:
            raise invalid_parameter("Tag keys have 1 to 128 characters, and tag values at most 256.")
        if key.lower().startswith("aws:"):
            raise invalid_parameter("Tag keys cannot start with 'aws:'.")
        if not (_CHARACTERS.fullmatch(key) and _CHARACTERS.fullmatch(value)):
            raise invalid_parameter("Some tags contain invalid characters.")
        if key in keys:
            raise invalid_parameter("Duplicate tag keys found.")
        keys.add(key)
