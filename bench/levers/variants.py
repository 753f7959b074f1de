"""The images of the measurement: one with the defaults, and one for each lever that is unlike them in that lever alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image.spec.levers import LEVERS
from bench.contenders import Contender, build_contender
from bench.contenders.dockerfile import silent
from bench.contenders.model import REPOSITORY

DEFAULTS = "defaults"
"""The name of the image with every lever as it is by default."""


@dataclass(frozen=True)
class Variant:
    """One image; `name` is that of the lever that was switched over, or DEFAULTS."""

    name: str
    contender: Contender


def switched(name: str) -> dict[str, bool]:
    """The levers of a variant as the image spec takes them: the one of that name, on where it is off and off where it is on."""
    return {lever.name: not lever.default for lever in LEVERS if lever.name == name}


def build_variants(airflow: str, project: Path, step: Callable[[str], None]) -> tuple[Variant, ...]:
    """Build the images on the source base, the one with the defaults first; the engine's cache remembers them.

    `project` is an empty folder: the DAGs come from S3. `step` is told each variant before it is built. Raises what a
    build raises.
    """
    built = []
    for name in (DEFAULTS, *(lever.name for lever in LEVERS)):
        step(name)
        tag = f"{REPOSITORY}:levers-{airflow}-{name}"
        contender = build_contender(
            "source", airflow, project, console=silent(), tag=tag, levers=switched(name)
        )
        built.append(Variant(name, contender))
    return tuple(built)
