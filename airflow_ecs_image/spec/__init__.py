"""The image spec: what it holds, where its values come from, what each may be."""

from airflow_ecs_image.spec.loading import load_spec
from airflow_ecs_image.spec.model import ImageSpec
from airflow_ecs_image.spec.rules.platforms import Platform
from airflow_ecs_image.spec.rules.s3 import DagSource
from airflow_ecs_image.spec.spec_hash import spec_hash

__all__ = ["DagSource", "ImageSpec", "Platform", "load_spec", "spec_hash"]
