"""Puts the import of jsonschema off, which Airflow asks whether its providers' descriptions are as they should be.

Each provider has one, a dictionary, and each worker checks all of them, that of Airflow 3 two times. Here a short check goes
first: it knows the few words of JSON Schema that Airflow's schema is made of, and says yes or that it is in doubt. In doubt,
jsonschema is imported and decides, with its own message.
"""

from __future__ import annotations

import functools
import sys

from airflow_ecs_image_start.stand_in import when_called
from airflow_ecs_image_start.worker_command import is_worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_VALIDATORS = {
    "_create_provider_info_schema_validator": "provider_info.schema.json",
    "_create_customized_form_field_behaviours_schema_validator": "customized_form_field_behaviours.schema.json",
}
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
# The words that the check does not know. What is no word of draft 7 says nothing.
_OTHER_WORDS = {
    "additionalItems",
    "allOf",
    "const",
    "contains",
    "dependencies",
    "else",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "propertyNames",
    "then",
    "uniqueItems",
    "$id",
    "id",
}
_DEFINITIONS = "#/definitions/"


def fits(value: object, schema: Any, definitions: dict[str, Any]) -> bool:
    """Whether the value is surely as the schema wants it (draft 7); False is doubt."""
    if schema is True:
        return True
    if type(schema) is not dict:
        return False
    if "$ref" in schema:
        # In draft 7 nothing beside a reference counts.
        reference = schema["$ref"]
        name = reference.removeprefix(_DEFINITIONS)
        return reference.startswith(_DEFINITIONS) and fits(value, definitions.get(name), definitions)
    return all(
        word not in _OTHER_WORDS and (word not in _RULES or _RULES[word](value, rule, schema, definitions))
        for word, rule in schema.items()
    )


def _type(value: Any, rule: Any, *_: Any) -> bool:
    names = [rule] if type(rule) is str else rule
    return any(type(value) in _TYPES.get(name, ()) for name in names)


def _enum(value: Any, rule: Any, *_: Any) -> bool:
    return type(value) is str and value in rule


def _required(value: Any, rule: Any, *_: Any) -> bool:
    return type(value) is dict and all(name in value for name in rule)


def _items(value: Any, rule: Any, _: Any, definitions: dict[str, Any]) -> bool:
    return type(value) is list and all(fits(item, rule, definitions) for item in value)


def _properties(value: Any, rule: Any, _: Any, definitions: dict[str, Any]) -> bool:
    return type(value) is dict and all(
        fits(value[name], part, definitions) for name, part in rule.items() if name in value
    )


def _additional_properties(value: Any, rule: Any, schema: Any, definitions: dict[str, Any]) -> bool:
    known = schema.get("properties", {})
    return type(value) is dict and all(
        name in known or fits(value[name], rule, definitions) for name in value
    )


def _any_of(value: Any, rule: Any, _: Any, definitions: dict[str, Any]) -> bool:
    return any(fits(value, each, definitions) for each in rule)


_RULES: dict[str, Callable[[Any, Any, Any, dict[str, Any]], bool]] = {
    "type": _type,
    "enum": _enum,
    "required": _required,
    "items": _items,
    "properties": _properties,
    "additionalProperties": _additional_properties,
    "anyOf": _any_of,
}


class _Validator:
    """Stands for one of jsonschema's, which `create` makes."""

    def __init__(self, create: Callable[[], Any], schema: dict[str, Any]) -> None:
        self._create = create
        self._schema = schema
        self._made: Any = None

    def validate(self, instance: object, *args: Any, **kwargs: Any) -> None:
        if args or kwargs or not fits(instance, self._schema, self._schema.get("definitions", {})):
            self._real().validate(instance, *args, **kwargs)

    def _real(self) -> Any:
        if self._made is None:
            self._made = self._create()
        return self._made

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real(), name)


def _validator(file: str, create: Callable[[], Any]) -> Any:
    import json
    import os

    import airflow  # type: ignore[import-not-found]

    try:
        with open(os.path.join(airflow.__path__[0], file), "rb") as stream:
            return _Validator(create, json.load(stream))
    except (OSError, ValueError):
        return create()


if is_worker(sys.orig_argv):
    for _module in ("airflow.providers_manager", "airflow.sdk.providers_manager_runtime"):
        for _name, _file in _VALIDATORS.items():
            when_called(_module, _name, functools.partial(_validator, _file))
