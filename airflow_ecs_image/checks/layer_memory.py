"""Remembers what each layer holds, so that a check of a rebuilt image reads only the layers that are new.

One JSON file in the user's cache folder; a layer is known by its diff id, which is the hash of its content.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from airflow_ecs_image.checks import credential_patterns, layers
from airflow_ecs_image.checks.layers import LayerContent, LayerScan
from airflow_ecs_image.engine import saved_layers
from airflow_ecs_image.state import cache_folder, write_whole

_MOST_LAYERS = 500


def cache_file() -> Path:
    """Where the memory is kept."""
    return cache_folder() / "layer-credentials.json"


def known_layers(diff_ids: Sequence[str], file: Path | None = None) -> dict[str, LayerContent]:
    """Those of the layers that were read before, by diff id. An unreadable file counts as none."""
    remembered = _read(file or cache_file())
    return {diff_id: remembered[diff_id] for diff_id in diff_ids if diff_id in remembered}


def remember(diff_ids: Sequence[str], scan: LayerScan, file: Path | None = None) -> None:
    """Adds the layers of one scan; a cache folder that cannot be written is no error."""
    path = file or cache_file()
    contents = _read(path)
    for diff_id, content in zip(diff_ids, scan.layers, strict=False):
        if content.readable:
            contents.pop(diff_id, None)
            contents[diff_id] = content
    newest = dict(list(contents.items())[-_MOST_LAYERS:])
    document = {
        "patterns": _patterns(),
        "layers": {name: _written(content) for name, content in newest.items()},
    }
    with contextlib.suppress(OSError):
        write_whole(path, json.dumps(document).encode())


def _read(path: Path) -> dict[str, LayerContent]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["patterns"] != _patterns():
            return {}
        return {
            diff_id: LayerContent(
                found=tuple((str(name), str(kind)) for name, kind in raw["found"]),
                whiteouts=tuple(raw["whiteouts"]),
                files=int(raw["files"]),
            )
            for diff_id, raw in document["layers"].items()
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _written(content: LayerContent) -> Mapping[str, object]:
    return {"found": content.found, "whiteouts": content.whiteouts, "files": content.files}


def _patterns() -> str:
    """Changes whenever the scanner does: what an older one found says nothing about this one."""
    sources = (
        Path(str(module.__file__)).read_bytes() for module in (credential_patterns, layers, saved_layers)
    )
    return hashlib.sha256(b"".join(sources)).hexdigest()
