"""What an image weighs, by layer and by distribution."""

from airflow_ecs_image.size_report.measuring import measure
from airflow_ecs_image.size_report.model import Group, LayerWeight, SizeReport

__all__ = ["Group", "LayerWeight", "SizeReport", "measure"]
