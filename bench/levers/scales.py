"""What images weigh, to the byte: the difference by one lever may be smaller than what `size` rounds off."""

from __future__ import annotations

from airflow_ecs_image.engine import images
from airflow_ecs_image.engine.layer_sizes import compressed_layer_sizes


class Scales:
    """Weighs images that share layers; each layer is compressed once."""

    def __init__(self) -> None:
        self._layers: dict[str, int] = {}

    def weigh(self, tag: str) -> tuple[int, int]:
        """The bytes of the layers by gzip -6, every one measured, and those of the image unpacked.

        Raises DockerError when the engine gives no archive of the image.
        """
        details = images.inspect(tag)
        if set(details.layers) - self._layers.keys():
            with images.save(details.id) as archive:
                self._layers.update(compressed_layer_sizes(archive, details.layers, self._layers.keys()))
        return sum(self._layers[layer] for layer in details.layers), details.size_bytes
