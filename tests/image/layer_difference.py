"""The first thing in which two images differ, for a person who has to find out why."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from itertools import zip_longest

from airflow_ecs_image.engine import Engine, images


def difference(one: str, other: str) -> str | None:
    """What differs first between two images of this engine, lowest layer first; None where they are one image."""
    first, second = images.inspect(one), images.inspect(other)
    if first.id == second.id:
        return None
    for number, (ours, theirs) in enumerate(zip_longest(first.layers, second.layers), 1):
        if ours != theirs:
            if ours is None or theirs is None:
                return f"one image has {len(first.layers)} layers, the other has {len(second.layers)}"
            return f"layer {number}: {_layer_difference(one, ours, other, theirs)}"
    ours, theirs = _configuration(one), _configuration(other)
    key = next((key for key in sorted(ours.keys() | theirs.keys()) if ours.get(key) != theirs.get(key)), "?")
    return f"configuration: {key} is {ours.get(key)} and {theirs.get(key)}"


def _layer_difference(one: str, ours: str, other: str, theirs: str) -> str:
    first, second = _entries(one, ours), _entries(other, theirs)
    for name in sorted(first.keys() | second.keys()):
        if name not in first or name not in second:
            return f"{name} is in one of them only"
        changed = [
            f"{fact} {mine!r} and {yours!r}"
            for (fact, mine), (_, yours) in zip(first[name].items(), second[name].items(), strict=True)
            if mine != yours
        ]
        if changed:
            return f"{name}: {', '.join(changed)}"
    return "the same entries in another order"


def _entries(reference: str, layer: str) -> dict[str, dict[str, object]]:
    """All that a tar archive says of each entry of a layer."""
    with images.save(reference) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            content = archive.extractfile(member)
            # A layer's diff id is the sha256 of its archive (OCI image specification, "DiffID").
            if content is None or (not member.name.startswith("blobs/") and "layer" not in member.name):
                continue
            blob = content.read()
            if f"sha256:{hashlib.sha256(blob).hexdigest()}" == layer:
                return dict(_read(blob))
    raise AssertionError(f"{reference} has no layer {layer}")


def _read(blob: bytes) -> Iterator[tuple[str, dict[str, object]]]:
    with tarfile.open(fileobj=io.BytesIO(blob), mode="r:") as layer:
        for entry in layer:
            content = layer.extractfile(entry) if entry.isreg() else None
            facts: dict[str, object] = {
                "time": entry.mtime,
                "mode": oct(entry.mode),
                "owner": (entry.uid, entry.gid),
                "type": entry.type,
                "target": entry.linkname,
                "headers": dict(entry.pax_headers),
                "content": hashlib.sha256(content.read()).hexdigest() if content else None,
            }
            yield entry.name, facts


def _configuration(reference: str) -> dict[str, object]:
    (document,) = json.loads(Engine().docker("image", "inspect", "--", reference))
    document["History"] = Engine().docker(
        "image", "history", "--no-trunc", "--format", "{{.CreatedBy}} {{.CreatedAt}}", "--", reference
    )
    # These are of this engine, not of the image.
    return {
        key: value
        for key, value in document.items()
        if key not in {"Id", "RepoTags", "RepoDigests", "Metadata"}
    }
