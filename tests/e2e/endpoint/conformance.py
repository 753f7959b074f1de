"""Every answer held against botocore's model of ECS, member by member: what boto3 would drop is a failure here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StringShape, StructureShape

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "boolean": (bool,),
    "timestamp": (int, float),
    "double": (int, float),
}
_NOT_MODELLED = {
    "ThrottlingException",
    "ServiceUnavailable",
    "SerializationException",
    "UnknownOperationException",
}
"""Errors that any AWS service answers (API reference, "Common Error Types")."""

_MOMENTS = range(1_600_000_000, 4_000_000_000)


def check_answers(client: Any) -> None:
    """From now on each answer that the client gets must be as the model says."""
    client.meta.events.register("before-parse.ecs", _check)


def deviations(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """Where a document is not as its shape: unknown members, wrong types, words that are none of an enum."""
    match shape, value:
        case StructureShape(), dict():
            yield from (f"{path}.{name}: required" for name in shape.required_members if name not in value)
            for name, member in value.items():
                if name in shape.members:
                    yield from deviations(member, shape.members[name], f"{path}.{name}")
                else:
                    yield f"{path}.{name}: {shape.name} has no such member"
        case ListShape(), list():
            for number, item in enumerate(value):
                yield from deviations(item, shape.member, f"{path}[{number}]")
        case MapShape(), dict():
            for key, item in value.items():
                yield from deviations(item, shape.value, f"{path}.{key}")
        case ((StructureShape() | ListShape() | MapShape()), _):
            yield f"{path}: {type(value).__name__} is no {shape.type_name}"
        case _:
            yield from _scalar_deviations(value, shape, path)


def _scalar_deviations(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if not isinstance(value, _TYPES[shape.type_name]) or (
        isinstance(value, bool) and shape.type_name != "boolean"
    ):
        yield f"{path}: {value!r} is no {shape.type_name}"
    elif isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        yield f"{path}: {value!r} is none of {shape.enum}"
    elif shape.type_name == "timestamp" and int(str(value).partition(".")[0]) not in _MOMENTS:
        yield f"{path}: {value!r} are no seconds since the epoch"


def _check(operation_model: OperationModel, response_dict: dict[str, Any], **_: Any) -> None:
    document = json.loads(response_dict["body"])
    headers = response_dict["headers"]
    assert headers["content-type"] == "application/x-amz-json-1.1"
    assert headers["x-amzn-requestid"]
    if response_dict["status_code"] == 200:
        assert list(deviations(document, operation_model.output_shape, operation_model.name)) == []
        return
    code = document.pop("__type")
    assert headers["x-amzn-errortype"] == code
    shapes = {shape.name: shape for shape in operation_model.error_shapes}
    if code in shapes:
        assert list(deviations(document, shapes[code], code)) == []
    else:
        assert code in _NOT_MODELLED, f"{code} is no error of {operation_model.name}"
        assert document.keys() == {"message"}
