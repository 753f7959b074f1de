"""What the image of a task definition says about itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.spec.label_names import AIRFLOW_VERSION, PYTHON_VERSION, WRITABLE_PATHS
from airflow_ecs_image.spec.writable_paths import writable_paths


@dataclass(frozen=True)
class ImageFacts:
    """The image as ECS pulls it (`reference`), and what is in it.

    `writable_paths` are its volumes, empty for an image that needs a root filesystem it can write to.
    """

    reference: str
    platform: str
    environment: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def airflow_version(self) -> str | None:
        """The Airflow of the label, None on an image that says nothing."""
        return self.labels.get(AIRFLOW_VERSION) or None

    @property
    def python_version(self) -> str | None:
        """The Python of the label, such as "3.13"."""
        label = self.labels.get(PYTHON_VERSION)
        return ".".join(label.split(".")[:2]) if label else None

    @property
    def writable_paths(self) -> tuple[str, ...]:
        """The paths that the image declares as volumes for a read-only root filesystem."""
        try:
            paths = json.loads(self.labels.get(WRITABLE_PATHS) or "[]")
        except ValueError:
            return ()
        return tuple(map(str, paths)) if isinstance(paths, list) else ()

    @classmethod
    def of_spec(cls, reference: str, platform: str, spec: ImageSpec) -> Self:
        """Those of an image that nobody looks into: what its spec asked for."""
        labels = {WRITABLE_PATHS: json.dumps(writable_paths(spec))} if writable_paths(spec) else {}
        environment = {"S3_URI": spec.s3_uri} if spec.s3_uri else {}
        return cls(reference, platform, environment, labels)
