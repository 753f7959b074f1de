"""The image.toml that `init` writes: every key of the model, commented out with its default, and why one would set it."""

from __future__ import annotations

import textwrap
from enum import StrEnum

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from airflow_ecs_image.spec.ecs_model import TABLE, EcsSpec
from airflow_ecs_image.spec.model import ImageSpec
from airflow_ecs_image.spec.option import EcsHeading, Heading, option_of
from airflow_ecs_image.spec.toml_text import toml_value

_WIDTH = 96
_HEAD = """\
# The image spec. Every key is optional and stands here with its default; remove the # to change it.
# An option of the command line (--airflow-version) overrides a key, and so does an environment variable
# (AIRFLOW_ECS_IMAGE_AIRFLOW_VERSION). `python build.py` builds the image that this file describes.
"""
_ECS_HEAD = f"""\
# The ECS spec: where and how the image runs, for `python build.py ecs`. Keys of the image stand above
# this line: in TOML, tables come last. --cpu overrides a key, and so does AIRFLOW_ECS_IMAGE_ECS_CPU.
[{TABLE}]
"""


def starter_text() -> str:
    """The text of a commented image.toml; without the # at its keys it still means the default of every key."""
    return "\n".join([_HEAD, *_keys(ImageSpec(), Heading), _ECS_HEAD, *_keys(EcsSpec(), EcsHeading)])


def _keys(default: BaseModel, headings: type[StrEnum]) -> list[str]:
    parts = []
    for heading in headings:
        parts.append(f"# {heading}\n")
        parts += [
            f"{_comment(name, field)}#{name} = {toml_value(getattr(default, name))}\n"
            for name, field in type(default).model_fields.items()
            if option_of(field).heading is heading
        ]
    return parts


def _comment(name: str, field: FieldInfo) -> str:
    text = "".join(
        f"# {line}\n" for line in textwrap.wrap(field.description or "", _WIDTH, break_on_hyphens=False)
    )
    if field.examples and not isinstance(field.examples[0], bool):
        text += f"# Example: {name} = {toml_value(field.examples[0])}\n"
    return text
