"""The images that one suite runs over, built by the toolkit's own code."""

from __future__ import annotations

import io
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image.build import build_image
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import Engine, images
from airflow_ecs_image.spec import ImageSpec, load_spec
from airflow_ecs_image.spec.label_names import OWN
from airflow_ecs_image.versions import load_versions
from bench.contenders import dockerfile as dockerfiles
from bench.contenders.dockerfile import native_platform

KEPT_REPOSITORY = "airflow-ecs-image-test"
"""Of the images under test, which stay: the next run finds them, and so may a curious person."""

REPOSITORY = f"{KEPT_REPOSITORY}-{secrets.token_hex(3)}"
"""Of all other images of this run, which are removed at its end."""

Sources = Mapping[str, tuple[str, str]]


def source_pairs() -> Sources:
    """Airflow and Python of every source base, by the name of its image."""
    return {
        f"source-{release.version}-python{python}": (release.version, python)
        for release in load_versions().airflow.values()
        for python, support in release.pythons.items()
        if support.buildable_from_source
    }


OFFICIAL_NAME = "official-like"
OFFICIAL_AIRFLOW, OFFICIAL_PYTHON = "3.3.2", "3.11"
DEFAULT_NAME = "source-3.3.2-python3.13"

_built: set[str] = set()


@dataclass(frozen=True)
class WorkerImage:
    """An image under test; `kind` is what its base was: `official` or `source`."""

    tag: str
    airflow: str
    python: str
    kind: str

    @property
    def major(self) -> int:
        """2 or 3: the line of Airflow."""
        return int(self.airflow.partition(".")[0])

    @property
    def details(self) -> images.ImageDetails:
        """What the engine says about it."""
        return images.inspect(self.tag)


def existing_image(tag: str) -> WorkerImage:
    """The image of that name, known by its labels."""
    labels = images.inspect(tag).labels
    python = ".".join(labels["org.apache.airflow.python.version"].split(".")[:2])
    return WorkerImage(
        tag, labels["org.apache.airflow.version"], python, labels.get(f"{OWN}.base", "official")
    )


def spec_of(project: Path, **values: object) -> ImageSpec:
    """The image spec of a project folder, for the engine's own processor unless a platform is named."""
    return load_spec({"platform": (native_platform(),), **values}, {}, project)


def build_project(
    project: Path,
    *,
    tag: str,
    repository: str = REPOSITORY,
    shown: io.StringIO | None = None,
    **values: object,
) -> WorkerImage:
    """Build the image of a project folder as `build --no-check` does; raises what that raises."""
    spec = spec_of(project, tag=f"{repository}:{tag}", **values)
    console = Console(stream=shown or io.StringIO(), environment={})
    build_image(spec, directory=project, console=console, check=False, no_cache=False)
    built = existing_image(spec.tag)
    _built.add(built.details.id)
    return built


def remove_images_of_this_run() -> None:
    """Remove them, and those whose names moved on; the images under test stay."""
    engine = Engine()
    for name in engine.docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", REPOSITORY).split():
        images.remove(name)
    for identifier in _built:
        if images.exists(identifier) and not images.inspect(identifier).tags:
            images.remove(identifier)


def build_dockerfile(dockerfile: str, context: Path, tag: str, **build_args: str) -> str:
    """Build a Dockerfile of the tests' own, which has the labels that itself says; returns the name of the image."""
    return dockerfiles.build_dockerfile(dockerfile, context, tag, labels={}, **build_args)
