"""A task definition against botocore's own model of ECS, and against another one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from airflow_ecs_image.errors import SpecError

# Amazon ECS endpoints and quotas: "Task definition size".
_MOST_BYTES = 65_536
_OF_ECS = (
    "taskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
)


def validate(definition: Mapping[str, Any]) -> None:
    """Raise SpecError, one line for each mistake, where RegisterTaskDefinition would not take it. Asks nothing of AWS."""
    size = len(json.dumps(definition).encode())
    if size > _MOST_BYTES:
        raise SpecError(
            f"the task definition has {size:,} bytes, and ECS takes {_MOST_BYTES:,}",
            mend="put what is long into a file of the image, or into a secret",
        )
    from botocore.loaders import Loader
    from botocore.model import ServiceModel
    from botocore.validate import ParamValidator

    # Not by a session: that reads the user's configuration, and a wrong AWS_PROFILE would end it.
    service = ServiceModel(Loader().load_service_model("ecs", "service-2"), "ecs")
    shape = service.operation_model("RegisterTaskDefinition").input_shape
    report = ParamValidator().validate(dict(definition), shape)
    if report.has_errors():
        raise SpecError(
            "ECS would not take the task definition", details=tuple(report.generate_report().splitlines())
        )


def same_content(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two task definitions ask for the same.

    One may be the answer of DescribeTaskDefinition (with its tags under `tags`): what ECS adds to each revision, its empty
    defaults, and the order of variables, volumes and tags do not count.
    """
    return _content(one) == _content(other)


def _content(definition: Mapping[str, Any]) -> object:
    return _plain({name: value for name, value in definition.items() if name not in _OF_ECS})


def _plain(value: Any) -> object:
    if isinstance(value, Mapping):
        plain = {name: _plain(each) for name, each in value.items()}
        return {name: each for name, each in plain.items() if not _is_nothing(each)}
    if isinstance(value, list | tuple):
        items = [_plain(each) for each in value]
        # Lists of ECS are sets by name, but for command and entryPoint, which hold texts.
        return sorted(items, key=repr) if all(isinstance(each, dict) for each in items) else items
    return value


def _is_nothing(value: object) -> bool:
    """ECS fills in empty lists, 0 and false for what was left out."""
    return value is None or value is False or value in (0, [], {}, "")
