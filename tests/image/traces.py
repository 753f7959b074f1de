"""What an image holds, in its layers and in its description, as bytes."""

from __future__ import annotations

from collections.abc import Collection

from airflow_ecs_image.engine import images

_CHUNK = 1 << 22


def traces(tag: str, words: Collection[str]) -> set[str]:
    """Those of the words that occur in any layer, deleted files included, in the configuration or in the history."""
    wanted = {word: word.encode() for word in words}
    longest = max(map(len, wanted.values()))
    found = {word for word in wanted if word in repr(images.inspect(tag))}
    before = b""
    with images.save(tag) as archive:
        while chunk := archive.read(_CHUNK):
            content = before + chunk
            found |= {word for word, sought in wanted.items() if sought in content}
            before = content[-longest:]
    return found
