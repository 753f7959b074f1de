"""The image spec: what it holds, where its values come from, what each may be."""

from airflow_ecs_image.spec.ecs_model import EcsSpec
from airflow_ecs_image.spec.loading import load_ecs_spec, load_spec
from airflow_ecs_image.spec.model import ImageSpec
from airflow_ecs_image.spec.rules.platforms import Platform
from airflow_ecs_image.spec.rules.s3 import DagSource
from airflow_ecs_image.spec.spec_hash import spec_hash

__all__ = ["DagSource", "EcsSpec", "ImageSpec", "Platform", "load_ecs_spec", "load_spec", "spec_hash"]
