"""docs/image-spec.md, made from the model: `python -m airflow_ecs_image.spec.reference --write` or `--check`."""

from __future__ import annotations

import re
import sys
import textwrap
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from airflow_ecs_image.resources import resource
from airflow_ecs_image.spec.ecs_model import TABLE, EcsSpec
from airflow_ecs_image.spec.generated_file import write_or_check
from airflow_ecs_image.spec.model import ImageSpec
from airflow_ecs_image.spec.option import EcsHeading, Heading, flag, option_of, variable
from airflow_ecs_image.spec.schema import ecs_schema, image_schema
from airflow_ecs_image.spec.toml_text import toml_value

_WIDTH = 118
_IDENTIFIER = re.compile(r"\b[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+\b")
_HEAD = f"""\
<!-- Made from airflow_ecs_image/spec/model.py by `python -m airflow_ecs_image.spec.reference --write`. -->

# The image spec

All that decides an image. Each field is a key of `image.toml`, an option of the command line and an environment
variable: `s3_uri` is also `{flag("s3_uri")}` and `{variable("s3_uri")}`. The command line wins over the environment,
the environment over `image.toml`, and `image.toml` over the default. `environment` and `labels` add up instead, name by
name.

A list is a list in `image.toml`; as an option it is repeated or takes commas, as a variable it takes commas. An empty
value stands for the default. Paths start at the working directory: the current one, or that of `--directory`.

`python build.py init` writes an `image.toml` that holds every key with its default. For editors that know JSON Schema
there is [image.schema.json](image.schema.json).

The second half of the page is [the ECS spec](#the-ecs-spec): where and how the image runs.
"""
_ECS_HEAD = f"""\
# The ECS spec

All that decides where and how the image runs, for the verb `ecs`. Each field is a key of the table `[{TABLE}]` of
`image.toml`, an option of the sub-verbs of `ecs`, and an environment variable: `stop_timeout` is also
`{flag("stop_timeout")}` and `{variable("stop_timeout", TABLE)}`. Precedence, lists and empty values are those of the image
spec; `worker_environment`, `secrets`, `run_task_kwargs` and `tags` add up name by name.
"""


def reference_path() -> Path:
    """Where the page stands in a checkout."""
    return resource("docs/image-spec.md")


def reference_text() -> str:
    """The page: for each model a section for each heading, in it a section for each field."""
    return "\n".join(
        [
            _HEAD,
            *_sections(ImageSpec(), Heading, image_schema()["properties"]),
            _ECS_HEAD,
            *_sections(EcsSpec(), EcsHeading, ecs_schema()["properties"]),
        ]
    )


def _sections(default: BaseModel, headings: type[StrEnum], properties: dict[str, Any]) -> list[str]:
    parts = []
    for heading in headings:
        parts.append(f"## {heading}\n")
        parts += [
            _section(name, field, getattr(default, name), properties[name])
            for name, field in type(default).model_fields.items()
            if option_of(field).heading is heading
        ]
    return parts


def main(arguments: list[str]) -> int:
    """Write the page, or say whether it still is what the model makes of it."""
    return write_or_check(
        arguments, path=reference_path(), text=reference_text(), module="airflow_ecs_image.spec.reference"
    )


def _section(name: str, field: FieldInfo, default: object, schema: dict[str, Any]) -> str:
    lines = [f"- option: {_options(name, field)}"]
    # Neither None, an empty list nor an empty table is a value that one could write down.
    lines.append(f"- default: {'none' if default in (None, (), {}) else f'`{toml_value(default)}`'}")
    if allowed := _allowed(schema):
        lines.append(f"- allowed: {', '.join(f'`{value}`' for value in allowed)}")
    if field.examples:
        lines.append(f"- example: `{name} = {toml_value(field.examples[0])}`")
    description = textwrap.fill(_IDENTIFIER.sub(r"`\g<0>`", field.description or ""), _WIDTH)
    return f"### {name}\n\n{description}\n\n" + "\n".join(lines) + "\n"


def _options(name: str, field: FieldInfo) -> str:
    option = option_of(field)
    if field.annotation is bool:
        return f"`{flag(name)}`, `{flag('no_' + name)}`"
    return ", ".join(f"`{each} {option.metavar}`" for each in (*option.aliases, flag(name)))


def _allowed(schema: dict[str, Any]) -> list[str]:
    kinds = [schema, *schema.get("anyOf", ())]
    found = [kind.get("enum") or kind.get("items", {}).get("enum") for kind in kinds]
    return next((values for values in found if values), [])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
