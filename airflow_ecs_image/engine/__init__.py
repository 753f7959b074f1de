"""The only room that calls Docker: building, reading, running and measuring images."""

from airflow_ecs_image.engine.build import BuildRequest, BuildResult, Secret, build
from airflow_ecs_image.engine.client import DockerError, Engine, EngineVersion

__all__ = [
    "BuildRequest",
    "BuildResult",
    "DockerError",
    "Engine",
    "EngineVersion",
    "Secret",
    "build",
]
