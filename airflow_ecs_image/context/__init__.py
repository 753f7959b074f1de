"""The build context: which files go into an image, and what the build needs from this machine's network settings."""

from airflow_ecs_image.context.dag_files import DagFiles, collect_dag_files
from airflow_ecs_image.context.dag_layer import DAG_LAYER
from airflow_ecs_image.context.network import NetworkSettings, network_settings
from airflow_ecs_image.context.staging import build_context, has_dag_layer

__all__ = [
    "DAG_LAYER",
    "DagFiles",
    "NetworkSettings",
    "build_context",
    "collect_dag_files",
    "has_dag_layer",
    "network_settings",
]
