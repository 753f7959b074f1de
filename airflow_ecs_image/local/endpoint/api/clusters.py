"""DescribeClusters and ListClusters; and which cluster a call means."""

from __future__ import annotations

from typing import Any

from airflow_ecs_image.local.endpoint.arns import last_part
from airflow_ecs_image.local.endpoint.endpoint import Endpoint
from airflow_ecs_image.local.endpoint.refusals import cluster_not_found, invalid_parameter
from airflow_ecs_image.local.endpoint.task import PENDING, PROVISIONING, RUNNING

from .pages import page

_DEFAULT = "default"
_MOST_CLUSTERS = 100


def cluster_of(endpoint: Endpoint, request: dict[str, Any]) -> str:
    """The name of the cluster that a call means; without one it is `default`. Raises EcsRefusal."""
    name = last_part(str(request.get("cluster") or _DEFAULT))
    if name not in endpoint.configuration.clusters:
        raise cluster_not_found()
    return name


def describe_clusters(endpoint: Endpoint, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeClusters."""
    wanted = request.get("clusters") or [_DEFAULT]
    if len(wanted) > _MOST_CLUSTERS:
        raise invalid_parameter("Clusters cannot have more than 100 elements.")
    found, failures = [], []
    for name_or_arn in wanted:
        name = last_part(name_or_arn)
        if name in endpoint.configuration.clusters:
            found.append(_cluster(endpoint, name))
        else:
            failures.append({"arn": endpoint.names.cluster(name), "reason": "MISSING"})
    return {"clusters": found, "failures": failures}


def list_clusters(endpoint: Endpoint, request: dict[str, Any]) -> dict[str, Any]:
    """ListClusters."""
    arns = [endpoint.names.cluster(name) for name in endpoint.configuration.clusters]
    return page("clusterArns", arns, request)


def _cluster(endpoint: Endpoint, name: str) -> dict[str, Any]:
    states = [task.status for task in endpoint.registry.all() if task.cluster == name]
    return {
        "clusterArn": endpoint.names.cluster(name),
        "clusterName": name,
        "status": "ACTIVE",
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": states.count(RUNNING),
        "pendingTasksCount": states.count(PROVISIONING) + states.count(PENDING),
        "activeServicesCount": 0,
        "statistics": [],
        "tags": [],
        "settings": [],
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
        "defaultCapacityProviderStrategy": [],
    }
