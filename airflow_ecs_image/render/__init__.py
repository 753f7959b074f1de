"""Image spec in, Dockerfile out."""

from airflow_ecs_image.render.template import RenderInputs, render

__all__ = ["RenderInputs", "render"]
