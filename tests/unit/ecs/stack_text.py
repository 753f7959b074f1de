"""A template as data: short forms of functions become the long ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from airflow_ecs_image.ecs.stack import stack_template
from airflow_ecs_image.spec import EcsSpec
from tests.unit.ecs.deployments import API, DATABASE, IMAGE, image_spec


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags."""


def _function(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        content: Any = loader.construct_scalar(node)
    else:
        assert isinstance(node, yaml.SequenceNode)
        content = loader.construct_sequence(node, deep=True)
    if name == "GetAtt":
        content = content.split(".", 1)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": content}


_Loader.add_multi_constructor("!", _function)


def read(text: str) -> dict[str, Any]:
    """The template."""
    template: dict[str, Any] = yaml.load(text, Loader=_Loader)
    return template


def made(ecs: Any, airflow: int = 3, *, database: bool = False, **image: Any) -> dict[str, Any]:
    """The template that the specs make."""
    return read(stack_template(image_spec(airflow, **image), ecs, database=database))


EVERYTHING: dict[str, Any] = {
    "name": "team",
    "image": IMAGE,
    "execution_api_server_url": API,
    "capacity_providers": "FARGATE_SPOT:4,FARGATE:1:2",
    "tags": {"team": "data"},
    "run_task_kwargs": {"enableExecuteCommand": True},
    "secrets": {"A": f"{DATABASE}:key::", "B": "/team/b"},
    "ephemeral_storage": 50,
}


def container(template: dict[str, Any]) -> dict[str, Any]:
    (only,) = template["Resources"]["TaskDefinition"]["Properties"]["ContainerDefinitions"]
    assert isinstance(only, dict)
    return only


def variables(template: dict[str, Any]) -> dict[str, Any]:
    return {each["Name"]: each["Value"] for each in container(template)["Environment"]}


def secrets(template: dict[str, Any]) -> dict[str, Any]:
    return {each["Name"]: each["ValueFrom"] for each in container(template).get("Secrets", [])}


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: each for name, each in template["Resources"].items() if each["Type"] == f"AWS::{kind}"}


def statements(content: Any) -> Iterator[dict[str, Any]]:
    if isinstance(content, dict):
        if content.get("Effect") == "Allow":
            yield content
        for each in content.values():
            yield from statements(each)
    elif isinstance(content, list):
        for each in content:
            yield from statements(each)


def of_spec(airflow: int = 3, *, database: bool = False, **values: Any) -> dict[str, Any]:
    return made(EcsSpec(**values), airflow, database=database)
