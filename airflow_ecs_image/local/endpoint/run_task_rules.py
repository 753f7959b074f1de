"""What RunTask refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .configuration import Configuration
from .container_rules import check_container_size
from .definitions import ACTIVE, TaskDefinitions
from .fargate_rules import no_configuration
from .refusals import EcsRefusal, client_error, invalid_parameter
from .sizes import cpu_units, memory_mib, no_fargate_size
from .tag_rules import check_tags
from .unsupported import unsupported
from .words import check_role

FARGATE_VERSIONS = ("LATEST", "1.4.0", "1.3.0")
"""Platform versions that Linux tasks can ask for (ECS developer guide, "Fargate platform versions for Linux")."""

_MOST_TASKS = 10
_MOST_SUBNETS, _MOST_GROUPS = 16, 5
_FARGATE_PROVIDERS = {"FARGATE", "FARGATE_SPOT"}
_CLIENT_TOKEN = re.compile(r"[!-~]{1,64}")
_STARTED_BY = re.compile(r"[\w/:.\-]{1,128}")


def check_run_task(
    request: Mapping[str, Any], definitions: TaskDefinitions, configuration: Configuration
) -> dict[str, Any]:
    """The task definition that a RunTask means. Raises EcsRefusal when ECS would not run it."""
    definition = definitions.find(request["taskDefinition"])
    if definition is None:
        raise client_error("TaskDefinition not found.")
    if definition["status"] != ACTIVE:
        raise client_error("TaskDefinition is inactive")
    if not 1 <= request.get("count", 1) <= _MOST_TASKS:
        raise invalid_parameter("Count must be between 1 and 10.")
    _check_words(request)
    check_tags(request.get("tags") or [])
    fargate = _check_placement(request, definition)
    _check_network(request, definition, fargate=fargate)
    _check_overrides(request.get("overrides") or {}, definition, configuration, fargate=fargate)
    if reason := unsupported(definition):
        raise EcsRefusal("UnsupportedFeatureException", f"The local ECS endpoint does not run it: {reason}.")
    return definition


def _check_words(request: Mapping[str, Any]) -> None:
    if "clientToken" in request and not _CLIENT_TOKEN.fullmatch(request["clientToken"]):
        raise invalid_parameter("clientToken must have 1 to 64 ASCII characters.")
    if "startedBy" in request and not _STARTED_BY.fullmatch(request["startedBy"]):
        raise invalid_parameter(
            "startedBy must have 1 to 128 letters, numbers, hyphens, slashes and underscores."
        )


def _check_placement(request: Mapping[str, Any], definition: Mapping[str, Any]) -> bool:
    """Whether it runs on Fargate."""
    strategy: Sequence[Mapping[str, Any]] = request.get("capacityProviderStrategy") or ()
    launch_type = request.get("launchType")
    if strategy and launch_type:
        raise invalid_parameter(
            "Specifying both a launch type and capacity provider strategy is not supported. "
            "Remove one and try again."
        )
    providers = {item["capacityProvider"] for item in strategy}
    if providers & _FARGATE_PROVIDERS and providers - _FARGATE_PROVIDERS:
        raise invalid_parameter(
            "A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and "
            "Fargate providers. Specify one or the other and try again."
        )
    needs = definition.get("requiresCompatibilities") or ()
    fargate = launch_type == "FARGATE" or bool(providers & _FARGATE_PROVIDERS)
    if not strategy and not launch_type:
        # Where the cluster has no default strategy, ECS takes EC2; a stack of Fargate tasks has nothing of that kind.
        fargate = "EC2" not in needs
    if fargate and "FARGATE" not in definition["compatibilities"]:
        raise invalid_parameter("Task definition does not support launch_type FARGATE.")
    version = request.get("platformVersion")
    if version and launch_type in {"EC2", "EXTERNAL"}:
        raise invalid_parameter(
            f"The platform version must be null when specifying an {launch_type} launch type."
        )
    if version and fargate and version not in FARGATE_VERSIONS:
        raise EcsRefusal("PlatformUnknownException", "The specified platform does not exist.")
    return fargate


def _check_network(request: Mapping[str, Any], definition: Mapping[str, Any], *, fargate: bool) -> None:
    vpc = (request.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if definition["networkMode"] != "awsvpc":
        if vpc is not None:
            raise invalid_parameter(
                "Network Configuration is not valid for the given networkMode of this task definition."
            )
        return
    if vpc is None:
        raise invalid_parameter(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    if not vpc["subnets"]:
        raise invalid_parameter("subnets can not be empty.")
    if len(vpc["subnets"]) > _MOST_SUBNETS:
        raise invalid_parameter("subnets can have at most 16 items.")
    if len(vpc.get("securityGroups") or ()) > _MOST_GROUPS:
        raise invalid_parameter("securityGroups can have at most 5 items.")
    if vpc.get("assignPublicIp") == "ENABLED" and not fargate:
        raise invalid_parameter("Assign public IP is not supported for this launch type.")


def _check_overrides(
    overrides: Mapping[str, Any],
    definition: Mapping[str, Any],
    configuration: Configuration,
    *,
    fargate: bool,
) -> None:
    most = configuration.overrides_most
    if len(json.dumps(overrides, separators=(",", ":"), ensure_ascii=False)) > most:
        raise invalid_parameter(f"Container Overrides length must be at most {most}")
    for role in ("taskRoleArn", "executionRoleArn"):
        check_role(overrides.get(role))
    names = {container["name"] for container in definition["containerDefinitions"]}
    for override in overrides.get("containerOverrides") or ():
        if override.get("name") not in names:
            raise invalid_parameter(
                f"Override for container named {override.get('name')} is not a container in the TaskDefinition."
            )
    size = _size(overrides, definition)
    if fargate and no_fargate_size(size.get("cpu", 0), size.get("memory", 0), configuration.memory_of_cpu):
        raise invalid_parameter(no_configuration(size.get("cpu", 0), size.get("memory", 0)))
    for override in overrides.get("containerOverrides") or ():
        check_container_size(override["name"], override, size)


def _size(overrides: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, int]:
    size: dict[str, int] = {}
    for name, read in (("cpu", cpu_units), ("memory", memory_mib)):
        text = overrides.get(name) or definition.get(name)
        if text:
            value = read(text)
            if value is None:
                raise invalid_parameter(f"Invalid '{name}' setting for task.")
            size[name] = value
    return size
