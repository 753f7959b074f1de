"""The names of labels on an image, which several rooms write or read."""

from __future__ import annotations

OWN = "io.airflow-ecs-image"
BASE_FALLBACK = f"{OWN}.base-fallback"
BAKED_CREDENTIALS = f"{OWN}.baked-credentials"
WRITABLE_PATHS = f"{OWN}.writable-paths"
"""The volumes of an image whose root filesystem may be read-only, as a JSON list."""

AIRFLOW_VERSION = "org.apache.airflow.version"
PYTHON_VERSION = "org.apache.airflow.python.version"
"""The official image's own two (Dockerfile of apache/airflow)."""

LOCAL = f"{OWN}.local"
"""On all that belongs to a local stack: the name of the stack."""

LOCAL_SERVICE = f"{LOCAL}.service"
"""On the container of a service of a local stack: the name of the service."""

LOCAL_TASK = f"{LOCAL}.task"
"""On a container that stands for an ECS task: the task's id."""
