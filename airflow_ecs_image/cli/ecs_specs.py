"""The two specs of an `ecs` verb from one command line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image.spec import EcsSpec, ImageSpec


@dataclass(frozen=True)
class Specs:
    """Both specs; `said` are the fields of the image spec that are no defaults, the options those of the command line."""

    image: ImageSpec
    ecs: EcsSpec
    said: frozenset[str]
    options: Mapping[str, object]
    ecs_options: Mapping[str, object]

    def image_with(self, values: Mapping[str, object], directory: Path) -> ImageSpec:
        """The image spec with values in the place of defaults."""
        from airflow_ecs_image.spec import load_spec

        return load_spec({**values, **self.options}, os.environ, directory) if values else self.image

    def ecs_with(self, values: Mapping[str, object], directory: Path) -> EcsSpec:
        """The ECS spec with values in the place of defaults."""
        from airflow_ecs_image.spec import load_ecs_spec

        return load_ecs_spec(self.ecs_options, os.environ, directory, otherwise=values)

    def ecs_said(self, directory: Path) -> Mapping[str, object]:
        """The fields of the ECS spec that are no defaults."""
        from airflow_ecs_image.spec.ecs_model import TABLE
        from airflow_ecs_image.spec.sources import gather

        return gather(self.ecs_options, os.environ, directory, table=TABLE).values


def load_specs(options: Mapping[str, object], directory: Path) -> Specs:
    """Split the options by the model that has a field of that name, and load both. Raises SpecError."""
    from airflow_ecs_image.spec import EcsSpec, ImageSpec, load_ecs_spec, load_spec
    from airflow_ecs_image.spec.sources import gather

    of_image = {
        name: value
        for name, value in options.items()
        if name in ImageSpec.model_fields and value not in (None, ())
    }
    of_ecs = {name: value for name, value in options.items() if name in EcsSpec.model_fields}
    said = frozenset(gather(of_image, os.environ, directory).values)
    return Specs(
        load_spec(of_image, os.environ, directory),
        load_ecs_spec(of_ecs, os.environ, directory),
        said,
        of_image,
        of_ecs,
    )
