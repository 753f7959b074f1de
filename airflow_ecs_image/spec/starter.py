"""The image.toml that `init` writes: every key of the model, commented out with its default, and why one would set it."""

from __future__ import annotations

import textwrap

from pydantic.fields import FieldInfo

from airflow_ecs_image.spec.model import ImageSpec
from airflow_ecs_image.spec.option import Heading, option_of
from airflow_ecs_image.spec.toml_text import toml_value

_WIDTH = 96
_HEAD = """\
# The image spec. Every key is optional and stands here with its default; remove the # to change it.
# An option of the command line (--airflow-version) overrides a key, and so does an environment variable
# (AIRFLOW_ECS_IMAGE_AIRFLOW_VERSION). `python build.py` builds the image that this file describes.
"""


def starter_text() -> str:
    """The text of a commented image.toml; without the # at its keys it still means the default of every key."""
    default = ImageSpec()
    parts = [_HEAD]
    for heading in Heading:
        parts.append(f"# {heading}\n")
        parts += [
            f"{_comment(name, field)}#{name} = {toml_value(getattr(default, name))}\n"
            for name, field in ImageSpec.model_fields.items()
            if option_of(field).heading is heading
        ]
    return "\n".join(parts)


def _comment(name: str, field: FieldInfo) -> str:
    text = "".join(f"# {line}\n" for line in textwrap.wrap(field.description or "", _WIDTH))
    if field.examples and not isinstance(field.examples[0], bool):
        text += f"# Example: {name} = {toml_value(field.examples[0])}\n"
    return text
