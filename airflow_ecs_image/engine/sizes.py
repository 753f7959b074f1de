"""What an image weighs on the wire. Each layer is compressed once in its life; its size is remembered."""

from __future__ import annotations

import contextlib
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

from airflow_ecs_image.engine.client import DockerError, Engine
from airflow_ecs_image.engine.images import ImageDetails, inspect, save
from airflow_ecs_image.engine.layer_sizes import compressed_layer_sizes, unpacked_layer_bounds
from airflow_ecs_image.errors import DiskFull
from airflow_ecs_image.state import cache_folder, write_whole

SMALL_LAYER_BYTES = 4_000_000
"""A layer below this counts unpacked until it is measured: saving the image would cost far more time."""


def compressed_size(
    image: str | ImageDetails, *, engine: Engine | None = None, cache: Path | None = None
) -> int | None:
    """The bytes of the image's layers by gzip -6, as a registry would hold them, or None without an archive.

    Sizes are remembered by diff id in the file `cache`, by default layer-sizes.json in the user's cache
    folder. Raises ImageNotFound and EngineUnavailable.
    """
    details = inspect(image, engine=engine) if isinstance(image, str) else image
    cache = cache or cache_file()
    sizes = remembered_sizes(cache)
    unknown = set(details.layers) - sizes.keys()
    if unknown:
        bounds = dict(
            zip(details.layers, unpacked_layer_bounds(details.layers, details.history), strict=True)
        )
        if all(bounds[layer] < SMALL_LAYER_BYTES for layer in unknown):
            sizes.update({layer: bounds[layer] for layer in unknown})
        else:
            try:
                with save(details.id, engine=engine) as archive:
                    measured = compressed_layer_sizes(archive, details.layers, sizes.keys())
            except (DockerError, DiskFull, tarfile.TarError):
                return None
            remember_sizes(cache, measured)
            sizes.update(measured)
    return sum(sizes[layer] for layer in details.layers)


def cache_file() -> Path:
    """Where sizes are remembered."""
    return cache_folder() / "layer-sizes.json"


def remembered_sizes(cache: Path) -> dict[str, int]:
    """The compressed bytes by diff id; nothing when the file is missing or spoilt."""
    try:
        content = json.loads(cache.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {layer: size for layer, size in content.items() if isinstance(size, int)}


def remember_sizes(cache: Path, measured: Mapping[str, int]) -> None:
    """Add sizes to the file, which is replaced as a whole. A cache that cannot be written is no failure."""
    with contextlib.suppress(OSError):
        content = {**remembered_sizes(cache), **measured}
        write_whole(cache, json.dumps(content, indent=0, sort_keys=True).encode())
