"""Bases: what an image is FROM, found in a registry or built here by the same contract."""

from airflow_ecs_image.bases.model import ResolvedBase
from airflow_ecs_image.bases.resolve import resolve_base

__all__ = ["ResolvedBase", "resolve_base"]
