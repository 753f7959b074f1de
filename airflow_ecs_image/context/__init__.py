"""The build context: which files go into an image, and what the build needs from this machine's network settings."""

from airflow_ecs_image.context.dag_files import DagFiles, collect_dag_files
from airflow_ecs_image.context.network import NetworkSettings, network_settings
from airflow_ecs_image.context.staging import build_context

__all__ = ["DagFiles", "NetworkSettings", "build_context", "collect_dag_files", "network_settings"]
