"""The official-like base: a stand-in for apache/airflow, which cannot be pulled everywhere."""

from __future__ import annotations

from pathlib import Path

from airflow_ecs_image.engine import images
from bench.contenders.official_like import build_official_like

from .local_registry import LocalRegistry
from .worker_images import OFFICIAL_AIRFLOW, OFFICIAL_PYTHON

TAG = "airflow-ecs-image-test-official-like:latest"
OTHER_EXECUTOR_PACKAGE = "9.30.0"
"""The version in the base's constraints, which is not the one that an image gets."""


def build_official_base(root_filesystem: str, context: Path) -> str:
    """Build the base from Debian 12 and the packages of the toolkit's own lock; returns its name."""
    return build_official_like(
        OFFICIAL_AIRFLOW,
        context,
        TAG,
        root_filesystem=root_filesystem,
        executor_package=OTHER_EXECUTOR_PACKAGE,
    )


def push_official_base(registry: LocalRegistry, base: str) -> str:
    """Push it under the name that the official image has; returns the reference in the local registry."""
    assert images.exists(base)
    return registry.push(base, "apache/airflow", f"slim-{OFFICIAL_AIRFLOW}-python{OFFICIAL_PYTHON}")
