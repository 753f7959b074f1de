"""Where each value of a spec comes from: command line, environment, image.toml, in this order of precedence."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_origin

from pydantic import BaseModel

from airflow_ecs_image.spec.ecs_model import TABLE, EcsSpec
from airflow_ecs_image.spec.image_toml import read_image_toml
from airflow_ecs_image.spec.model import ImageSpec
from airflow_ecs_image.spec.option import flag, option_of, variable

TABLES: Mapping[str, type[BaseModel]] = {"": ImageSpec, TABLE: EcsSpec}
"""The models whose values come from image.toml, each by the name of its table there."""

_PREFIX = variable("")


def map_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields whose values are names with values, which add up over the sources."""
    return tuple(name for name, each in model.model_fields.items() if get_origin(each.annotation) is dict)


@dataclass
class Gathered:
    """The values of all sources, the origin of each (`--s3-uri`, `image.toml:3`), and the lines of what was wrong."""

    values: dict[str, object] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    table: str = ""

    @property
    def maps(self) -> tuple[str, ...]:
        """The fields that are maps."""
        return map_fields(TABLES[self.table])

    def origin(self, name: str, item: str | None = None) -> str:
        """Where a field, or one entry of a map, got its value."""
        return self.origins.get(f"{name}.{item}", self.origins.get(name, "default"))


def gather(
    cli: Mapping[str, object], environment: Mapping[str, str], directory: Path, *, table: str = ""
) -> Gathered:
    """Merge the sources of one table by field; maps merge by name. SpecError when image.toml is not readable TOML.

    An empty option or key stands for the default, an empty variable for one that is not set.
    """
    gathered, fields = Gathered(table=table), TABLES[table].model_fields
    image_toml = read_image_toml(directory, fields, table=table, tables=tuple(filter(None, TABLES)))
    gathered.wrong += image_toml.unknown
    for name, value in image_toml.values.items():
        _take(gathered, name, value, image_toml.origin(name))
    gathered.wrong += _misspelt(environment)
    for name in fields:
        if value := environment.get(variable(name, table)):
            _take(gathered, name, _variable_value(gathered, name, value), variable(name, table))
    for name, given in cli.items():
        if name not in fields:
            raise TypeError(f"{name} is not a field of the {table or 'image'} spec")
        if given is not None and given not in ((), {}):
            _take(gathered, name, given, flag(name))
    return gathered


def _take(gathered: Gathered, name: str, value: object, origin: str) -> None:
    if name in gathered.maps and not _is_json(gathered, name, value):
        _merge(gathered, name, value, origin)
        return
    gathered.origins[name] = origin
    if isinstance(value, tuple):
        value = ",".join(str(item) for item in value)
    if value == "":
        gathered.values.pop(name, None)
    else:
        gathered.values[name] = value


def _merge(gathered: Gathered, name: str, value: object, origin: str) -> None:
    if isinstance(value, list | tuple):
        pairs = [str(item).partition("=") for item in value]
        if not all(equals for _, equals, _ in pairs):
            gathered.wrong.append(f"{name}: ({origin}) — an entry has no =; allowed: NAME=VALUE")
        value = {key: text for key, equals, text in pairs if equals}
    if not isinstance(value, Mapping):
        gathered.values[name], gathered.origins[name] = value, origin
        return
    merged = gathered.values.get(name)
    gathered.values[name] = {**(merged if isinstance(merged, Mapping) else {}), **value}
    gathered.origins |= {f"{name}.{key}": origin for key in value}


def _is_json(gathered: Gathered, name: str, value: object) -> bool:
    """Whether a map was given as one JSON text, which its own rule reads."""
    return isinstance(value, str) and option_of(TABLES[gathered.table].model_fields[name]).is_json


def _variable_value(gathered: Gathered, name: str, text: str) -> object:
    if name not in gathered.maps or _is_json(gathered, name, text):
        return text
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text.split(",")


def _misspelt(environment: Iterable[str]) -> list[str]:
    """One line for each variable that nearly is one of ours; others with the prefix may belong to somebody else."""
    known = [variable(name, table) for table, model in TABLES.items() for name in model.model_fields]
    lines = []
    for name in sorted(environment):
        if not name.startswith(_PREFIX) or name in known:
            continue
        if meant := difflib.get_close_matches(name, known, n=1, cutoff=0.93):
            lines.append(f"{name}: unknown variable; did you mean {meant[0]}?")
    return lines
