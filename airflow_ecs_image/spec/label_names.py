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
