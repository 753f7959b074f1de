"""Remembers what each layer holds, by its diff id, which is the hash of its content: no layer is read twice.

One compressed JSON file a layer, in the user's cache folder.
"""

from __future__ import annotations

import contextlib
import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from airflow_ecs_image.size_report.model import Distribution, LayerFile, LayerFiles
from airflow_ecs_image.state import cache_folder, write_whole

_FORMAT = 1
_MOST_LAYERS = 300


def memory_folder() -> Path:
    """Where the memory is kept."""
    return cache_folder() / "layer-files"


def known_layers(diff_ids: Iterable[str], folder: Path | None = None) -> dict[str, LayerFiles]:
    """Those of the layers that were read before, by diff id. A file that cannot be read counts as none."""
    known = {}
    for diff_id in diff_ids:
        layer = _read(_file(folder or memory_folder(), diff_id))
        if layer is not None:
            known[diff_id] = layer
    return known


def remember(diff_ids: Sequence[str], layers: Sequence[LayerFiles], folder: Path | None = None) -> None:
    """Add layers, and forget those that were read longest ago. A folder that cannot be written is no error."""
    where = folder or memory_folder()
    with contextlib.suppress(OSError):
        where.mkdir(parents=True, exist_ok=True)
        for diff_id, layer in zip(diff_ids, layers, strict=True):
            path = _file(where, diff_id)
            if layer.readable and not path.exists():
                _write(path, layer)
        kept = sorted(where.glob("*.json.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[_MOST_LAYERS:]:
            path.unlink(missing_ok=True)


def _file(folder: Path, diff_id: str) -> Path:
    return folder / f"{diff_id.rpartition(':')[2]}.json.gz"


def _write(path: Path, layer: LayerFiles) -> None:
    document = {
        "format": _FORMAT,
        "files": [[each.path, each.bytes, each.compressed] for each in layer.files],
        "distributions": [[each.name, each.version, each.site, each.files] for each in layer.distributions],
        "whiteouts": layer.whiteouts,
    }
    write_whole(path, gzip.compress(json.dumps(document).encode(), compresslevel=3))


def _read(path: Path) -> LayerFiles | None:
    try:
        document = json.loads(gzip.decompress(path.read_bytes()))
        if document["format"] != _FORMAT:
            return None
        return LayerFiles(
            files=tuple(
                LayerFile(str(name), int(size), int(packed)) for name, size, packed in document["files"]
            ),
            distributions=tuple(
                Distribution(str(name), str(version), str(site), tuple(files))
                for name, version, site, files in document["distributions"]
            ),
            whiteouts=tuple(document["whiteouts"]),
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return None
