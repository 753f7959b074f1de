"""The input of a call, held against ECS's model of it."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from airflow_ecs_image.local.endpoint.refusals import EcsRefusal, invalid_parameter

FILE = Path(__file__).with_name("input_shapes.json")
"""Made from botocore's model by `tests.unit.local.endpoint.input_shapes`, which also says how to read it."""

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "long": int,
    "double": (int, float),
    "float": (int, float),
    "boolean": bool,
    "timestamp": (int, float, str),
}


def checked_input(operation: str, content: dict[str, Any]) -> dict[str, Any]:
    """The input without what is null and what ECS does not know.

    Raises EcsRefusal for wrong types, missing members and words that are none of an enum.
    """
    shapes = _shapes()
    found: dict[str, Any] = _checked(content, shapes["operations"][operation], "", shapes["shapes"])
    return found


@functools.cache
def _shapes() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def _checked(value: Any, shape: Any, name: str, shapes: dict[str, Any]) -> Any:
    match shape:
        case [item]:
            return [_checked(one, item, name, shapes) for one in _of(value, list) if one is not None]
        case {"": item}:
            return {key: _checked(one, item, name, shapes) for key, one in _of(value, dict).items()}
        case {"enum": words}:
            if _of(value, str) not in words:
                raise invalid_parameter(f"{name} should be one of: {', '.join(words)}.")
            return value
        case str() if shape in shapes:
            return _structure(_of(value, dict), shapes[shape], shapes)
        case _:
            # JSON's true is a number to Python, and to nobody else.
            if isinstance(value, bool) and shape != "boolean":
                raise _wrong_type()
            return _of(value, _TYPES[shape])


def _structure(value: dict[str, Any], shape: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    for name in shape["required"]:
        if value.get(name) is None:
            raise invalid_parameter(f"{name[0].upper()}{name[1:]} can not be blank.")
    return {
        name: _checked(value[name], member, name, shapes)
        for name, member in shape["members"].items()
        if value.get(name) is not None
    }


def _of(value: Any, wanted: type | tuple[type, ...]) -> Any:
    if not isinstance(value, wanted):
        raise _wrong_type()
    return value


def _wrong_type() -> EcsRefusal:
    return EcsRefusal("SerializationException", "A value is of another type than the model has.")
