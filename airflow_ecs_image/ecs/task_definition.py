"""The task definition: specs and the image's facts in, the input of RegisterTaskDefinition out."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.ecs.launch import compatibility
from airflow_ecs_image.ecs.place import Place
from airflow_ecs_image.ecs.worker_environment import WorkerEnvironment, worker_environment
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import EcsSpec, ImageSpec

ARCHITECTURES = {"amd64": "X86_64", "arm64": "ARM64"}
"""ECS's names of processors (ECS API reference, RuntimePlatform) by Docker's."""

_LOG_BUFFER = "25m"
_LONGEST_NAME = 255


def task_definition(image: ImageSpec, ecs: EcsSpec, facts: ImageFacts, place: Place) -> dict[str, Any]:
    """The input of RegisterTaskDefinition, in a stable order.

    SpecError when the specs contradict each other, or lack what the worker of this Airflow cannot do without.
    """
    kind = compatibility(ecs)
    if ecs.ephemeral_storage is not None and kind == "EC2":
        raise SpecError(
            "ecs.ephemeral_storage: a task on EC2 has the disk of its machine",
            mend="leave ephemeral_storage out, or run it on Fargate",
        )
    environment = worker_environment(image, ecs)
    paths = facts.writable_paths
    _fetch_can_write(image, environment, facts)
    definition: dict[str, Any] = {
        "family": ecs.family,
        "requiresCompatibilities": [kind],
        # The executor sends a network configuration, which only this mode takes; Fargate has no other.
        "networkMode": "awsvpc",
        "cpu": str(ecs.cpu),
        "memory": str(ecs.memory),
        "runtimePlatform": {
            "cpuArchitecture": cpu_architecture(facts.platform),
            "operatingSystemFamily": "LINUX",
        },
        "executionRoleArn": place.role_arn(ecs.execution_role),
        "taskRoleArn": place.role_arn(ecs.task_role),
        "containerDefinitions": [
            container_definition(ecs, facts.reference, environment, region=place.region, writable_paths=paths)
        ],
    }
    if paths:
        definition["volumes"] = volumes(paths)
    if ecs.ephemeral_storage is not None:
        definition["ephemeralStorage"] = {"sizeInGiB": ecs.ephemeral_storage}
    if ecs.tags:
        definition["tags"] = [{"key": name, "value": value} for name, value in sorted(ecs.tags.items())]
    return definition


def container_definition(
    ecs: EcsSpec,
    reference: str,
    environment: WorkerEnvironment,
    *,
    region: str,
    writable_paths: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The one container. It has no entryPoint and no command: those of the image, and of the executor, count.

    With `writable_paths` its root filesystem is read-only, but for volumes on these paths.
    """
    container: dict[str, Any] = {
        "name": ecs.container_name,
        "image": reference,
        "essential": True,
        "environment": [
            {"name": name, "value": value} for name, value in sorted(environment.variables.items())
        ],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": ecs.log_group,
                "awslogs-region": region,
                "awslogs-stream-prefix": ecs.log_stream_prefix,
                # When CloudWatch does not take the lines, a worker that waits for it would lose its heartbeat, and Airflow
                # the task. What is then lost of the output is in the task's own log, which Airflow uploads.
                "mode": "non-blocking",
                "max-buffer-size": _LOG_BUFFER,
            },
        },
        "stopTimeout": ecs.stop_timeout,
    }
    if environment.secrets:
        container["secrets"] = [
            {"name": name, "valueFrom": value} for name, value in sorted(environment.secrets.items())
        ]
    if writable_paths:
        container["readonlyRootFilesystem"] = True
        container["mountPoints"] = [
            {"sourceVolume": volume_name(path), "containerPath": path, "readOnly": False}
            for path in sorted(writable_paths)
        ]
    return container


def volumes(writable_paths: tuple[str, ...]) -> list[dict[str, Any]]:
    """Empty volumes that end with the task.

    They belong to root, and nobody else writes there, unless the image declares the same path as a VOLUME with an owner
    (ECS developer guide, "Use bind mounts with Amazon ECS").
    """
    return [{"name": volume_name(path)} for path in sorted(writable_paths)]


def volume_name(path: str) -> str:
    """The name of the volume on a path: `/opt/airflow/logs` is `opt-airflow-logs`.

    A path that holds what no name can hold gets a part of its hash, so that no two have one name.
    """
    name = re.sub(r"[^A-Za-z0-9_]+", "-", path).strip("-")
    if path == f"/{name.replace('-', '/')}" and len(name) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(path.encode()).hexdigest()[:8]
    return f"{name[: _LONGEST_NAME - 9]}-{digest}".lstrip("-")


def cpu_architecture(platform: str) -> str:
    """ECS's name for the processor of a platform such as `linux/arm64`. SpecError for one that ECS does not have."""
    system, _, architecture = platform.partition("/")
    found = ARCHITECTURES.get(architecture.partition("/")[0])
    if system != "linux" or found is None:
        raise SpecError(
            f"platform: '{platform}' — ECS runs no such Linux image",
            mend=f"one of {', '.join(f'linux/{name}' for name in ARCHITECTURES)}",
        )
    return found


def _fetch_can_write(image: ImageSpec, environment: WorkerEnvironment, facts: ImageFacts) -> None:
    """Refuse a fetch at the start into a DAG folder that cannot be written."""
    variables = {**facts.environment, **environment.variables}
    folder = variables.get("CONTAINER_DAG_PATH", image.container_dag_path)
    if facts.writable_paths and variables.get("S3_URI") and folder not in facts.writable_paths:
        raise SpecError(
            f"S3_URI: the DAGs would be fetched into {folder}, which is read-only in {facts.reference}",
            mend="build the image with --s3-uri as well, which makes its DAG folder a volume, or leave S3_URI out",
        )
