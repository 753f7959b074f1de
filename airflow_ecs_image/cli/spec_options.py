"""The image spec's fields as options, made from the model, so that a new field is an option at once."""

from __future__ import annotations

import re
from typing import Any, get_origin

import click
from pydantic.fields import FieldInfo

from airflow_ecs_image.cli.help_page import OPTIONS, HeadedOption
from airflow_ecs_image.spec.ecs_model import EcsSpec
from airflow_ecs_image.spec.model import ImageSpec
from airflow_ecs_image.spec.option import EcsHeading, Heading, flag, option_of

_FIELD_NAMES = [name for model in (ImageSpec, EcsSpec) for name in model.model_fields if "_" in name]
_FIELD_NAME = re.compile(r"\b(" + "|".join(_FIELD_NAMES) + r")\b")


def spec_options(*names: str) -> list[click.Parameter]:
    """One option for each field, or for the named ones; each is None or empty when it was not given.

    All fields stand under the headings of the model, a choice of them under one heading with the verb's own options.
    """
    if names:
        return [_option(name, ImageSpec.model_fields[name], OPTIONS) for name in names]
    headings = list(Heading)
    fields = sorted(
        ImageSpec.model_fields.items(), key=lambda item: headings.index(Heading(option_of(item[1]).heading))
    )
    return [_option(name, field, option_of(field).heading) for name, field in fields]


def ecs_options(*left_out: str) -> list[click.Parameter]:
    """One option for each field of the ECS spec but those named, under the headings of the model."""
    headings = list(EcsHeading)
    fields = sorted(
        ((name, field) for name, field in EcsSpec.model_fields.items() if name not in left_out),
        key=lambda item: headings.index(EcsHeading(option_of(item[1]).heading)),
    )
    return [_option(name, field, option_of(field).heading) for name, field in fields]


def _option(name: str, field: FieldInfo, heading: str) -> HeadedOption:
    option = option_of(field)
    settings: dict[str, Any] = {"heading": heading, "default": None, "help": _help(field)}
    if field.annotation is bool:
        return HeadedOption(f"{flag(name)}/--no-{flag(name)[2:]}", name, **settings)
    # A JSON object is one word, and its commas separate nothing.
    several = get_origin(field.annotation) in (tuple, dict) and not option.is_json
    settings |= {"metavar": option.metavar, "multiple": several}
    short = [alias for alias in option.aliases if not alias.startswith("--")]
    long = [alias for alias in option.aliases if alias.startswith("--")]
    return HeadedOption(*short, *long, flag(name), name, **settings)


def _help(field: FieldInfo) -> str:
    text = _FIELD_NAME.sub(lambda match: flag(match[1]), field.description or "")
    default = _default(field)
    return text if default is None else f"{text} [default: {default}]"


def _default(field: FieldInfo) -> str | None:
    """The default as one would type it; None where it is nothing, or follows from other fields."""
    if field.default_factory is not None:
        return (
            None
            if field.default_factory_takes_validated_data
            else str(field.get_default(call_default_factory=True))
        )
    if isinstance(field.default, bool):
        return "yes" if field.default else "no"
    if isinstance(field.default, tuple):
        return ",".join(field.default) or None
    return str(field.default) if field.default else None
