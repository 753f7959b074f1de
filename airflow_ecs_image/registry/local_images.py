"""What a name means to `push`: one image, or one image a platform as `build` names them."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_ecs_image.engine import images
from airflow_ecs_image.engine.client import Engine
from airflow_ecs_image.errors import ImageNotFound
from airflow_ecs_image.spec.rules.platforms import PLATFORMS


@dataclass(frozen=True)
class LocalImage:
    """An image of this engine by the name it was found under; `suffix` is `-arm64` or the like, or empty."""

    name: str
    suffix: str
    details: images.ImageDetails


def local_images(image: str, engine: Engine) -> tuple[LocalImage, ...]:
    """The image of that name; where there is none, those of the platforms. Raises ImageNotFound."""
    try:
        return (LocalImage(image, "", images.inspect(image, engine=engine)),)
    except ImageNotFound:
        suffixes = [f"-{platform.partition('/')[2]}" for platform in PLATFORMS]
        found = tuple(
            LocalImage(image + suffix, suffix, images.inspect(image + suffix, engine=engine))
            for suffix in suffixes
            if "@" not in image and images.exists(image + suffix, engine=engine)
        )
        if not found:
            raise
        return found
