"""Proves that a worker can run in an image: one check a file, evidence gathered once for all of them."""

from airflow_ecs_image.checks.model import CheckResult, Expectations, Status
from airflow_ecs_image.checks.report import Report
from airflow_ecs_image.checks.running import run_checks

__all__ = ["CheckResult", "Expectations", "Report", "Status", "run_checks"]
