"""The image of the registry that the tests push to."""

from __future__ import annotations

from pathlib import Path

from bench.registry import DOCKERFILE, PASSWORD, USER, LocalRegistry

from .worker_images import build_dockerfile

__all__ = ["PASSWORD", "USER", "LocalRegistry", "registry_image"]


def registry_image(root_filesystem: str, context: Path) -> str:
    """The image of the registry itself."""
    return build_dockerfile(
        DOCKERFILE, context, "airflow-ecs-image-test-registry:latest", root_filesystem=root_filesystem
    )
