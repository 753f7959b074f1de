"""The main job: image spec → base → context → Dockerfile → image → check."""

from airflow_ecs_image.build.image import build_image
from airflow_ecs_image.build.plan import render_dockerfile

__all__ = ["build_image", "render_dockerfile"]
