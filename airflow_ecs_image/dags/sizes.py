"""Bytes as people read them."""

from __future__ import annotations


def spoken_bytes(count: int) -> str:
    """A size such as `812 B`, `12.3 kB` or `4.1 MB`, in steps of 1,000."""
    if count < 1000:
        return f"{count} B"
    size = float(count)
    for unit in ("kB", "MB"):
        size /= 1000
        if size < 999.95:
            return f"{size:.1f} {unit}"
    return f"{size / 1000:.1f} GB"
