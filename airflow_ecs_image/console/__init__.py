"""What people see: steps with live progress, notes, tables; and the one JSON document of `--json`."""

from airflow_ecs_image.console.output import Console
from airflow_ecs_image.console.steps import Step

__all__ = ["Console", "Step"]
