"""RegisterTaskDefinition and its relatives."""

from __future__ import annotations

from typing import Any

from airflow_ecs_image.local.endpoint.definition_rules import registered_content
from airflow_ecs_image.local.endpoint.definitions import ACTIVE
from airflow_ecs_image.local.endpoint.endpoint import Endpoint
from airflow_ecs_image.local.endpoint.refusals import client_error

from .pages import page


def register(endpoint: Endpoint, request: dict[str, Any]) -> dict[str, Any]:
    """RegisterTaskDefinition."""
    content = registered_content(request, endpoint.configuration.memory_of_cpu)
    tags = list(request.get("tags") or ())
    definition = endpoint.definitions.register(request["family"], content, tags)
    return {"taskDefinition": definition, **({"tags": tags} if tags else {})}


def describe(endpoint: Endpoint, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeTaskDefinition."""
    definition = endpoint.definitions.find(str(request.get("taskDefinition") or ""))
    if definition is None:
        raise client_error("Unable to describe task definition.")
    answer: dict[str, Any] = {"taskDefinition": definition}
    if "TAGS" in (request.get("include") or ()):
        answer["tags"] = endpoint.definitions.tags_of(definition)
    return answer


def deregister(endpoint: Endpoint, request: dict[str, Any]) -> dict[str, Any]:
    """DeregisterTaskDefinition."""
    return {"taskDefinition": endpoint.definitions.deregister(str(request.get("taskDefinition") or ""))}


def list_all(endpoint: Endpoint, request: dict[str, Any]) -> dict[str, Any]:
    """ListTaskDefinitions: the ACTIVE ones, unless another status is asked for."""
    status = request.get("status") or ACTIVE
    prefix = request.get("familyPrefix")
    found = [
        definition["taskDefinitionArn"]
        for definition in endpoint.definitions.all()
        if definition["status"] == status and prefix in {None, "", definition["family"]}
    ]
    if request.get("sort") == "DESC":
        found.reverse()
    return page("taskDefinitionArns", found, request)
