"""The main job: image spec → base → context → Dockerfile → image → check."""

from airflow_ecs_image.build.image import build_image

__all__ = ["build_image"]
