"""Which images are compared, and what all of them share."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from airflow_ecs_image.versions import load_versions
from bench.s3.server import BUCKET

ContenderName = Literal["reference", "official", "source", "full"]
CONTENDERS: tuple[ContenderName, ...] = ("reference", "official", "source")
"""In the order of every table; the first is what the others are compared with. `full` is in the table of bytes alone."""

PYTHON = "3.11"
"""Debian 12's in every image, so that no difference comes from the interpreter."""

AIRFLOWS = tuple(
    sorted(
        (
            release.version
            for release in load_versions().airflow.values()
            if PYTHON in release.pythons and release.pythons[PYTHON].buildable_from_source
        ),
        key=lambda version: version != load_versions().default,
    )
)
"""The versions that every base can be built for, the usual one first."""

REPOSITORY = "airflow-ecs-image-bench"
S3_URI = f"s3://{BUCKET}/dags"
"""Where an image that fetches its DAGs looks for them, unless its container is told otherwise."""

_TITLES = MappingProxyType(
    {
        "reference": "reference: the sample image",
        "official": "this project, official-like base",
        "source": "this project, source base",
        "full": "the sample on the full image's contents",
    }
)


@dataclass(frozen=True)
class Contender:
    """One image of the comparison; `tag` is its name in the engine's store."""

    name: ContenderName
    airflow: str
    tag: str

    @property
    def title(self) -> str:
        """How tables and charts call it."""
        return _TITLES[self.name]
