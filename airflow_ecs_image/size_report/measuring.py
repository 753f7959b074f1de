"""Reads an image once, and remembers its layers: the edge between the engine and the report."""

from __future__ import annotations

import tarfile

from airflow_ecs_image.engine import images, sizes
from airflow_ecs_image.engine.client import Engine
from airflow_ecs_image.errors import ToolkitError
from airflow_ecs_image.size_report import memory
from airflow_ecs_image.size_report.layer_files import read_layers
from airflow_ecs_image.size_report.model import SizeReport
from airflow_ecs_image.size_report.report import report_of


def measure(image: str, *, engine: Engine | None = None) -> SizeReport:
    """The size report of an image that this engine holds.

    The layers' compressed bytes are those that `build` and `check` measure. Raises ImageNotFound, EngineUnavailable, and
    ToolkitError when the image's archive cannot be read.
    """
    details = images.inspect(image, engine=engine)
    sizes.compressed_size(details.id, engine=engine)
    exact = sizes.remembered_sizes(sizes.cache_file())
    known = memory.known_layers(details.layers)
    layers = tuple(known[diff_id] for diff_id in details.layers if diff_id in known)
    if len(layers) < len(details.layers):
        try:
            with images.save(details.id, engine=engine) as stream:
                layers = read_layers(stream, known)
        except tarfile.TarError as error:
            raise ToolkitError(f"{image}: its layers cannot be read: {error}") from None
        memory.remember(details.layers, layers)
    return report_of(image, details, layers, [exact.get(diff_id) for diff_id in details.layers])
