"""Text as a picture can hold it."""

from __future__ import annotations

import unicodedata


def clean(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return "".join(each for each in text if unicodedata.category(each) not in ("Cc", "Cs", "Cn"))


def cut(text: str, most: int) -> str:
    """The cleaned text, shortened in its middle to `most` characters: both ends tell names apart."""
    kept = clean(text)
    if len(kept) <= most:
        return kept
    end = most // 2
    return f"{kept[: most - end - 1]}…{kept[-end:]}"
