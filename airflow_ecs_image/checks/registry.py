"""Every check there is, in the order in which they are reported."""

from __future__ import annotations

from airflow_ecs_image.checks import (
    arbitrary_uid,
    architecture,
    credentials,
    dag_imports,
    dependencies,
    entrypoint,
    signals,
    size_budget,
    start_budget,
    start_up,
    user,
    versions,
    worker_command,
)
from airflow_ecs_image.checks.evidence import Check

CHECKS: tuple[Check, ...] = (
    architecture.CHECK,
    entrypoint.CHECK,
    versions.CHECK,
    dependencies.CHECK,
    dag_imports.CHECK,
    worker_command.CHECK,
    signals.CHECK,
    user.CHECK,
    arbitrary_uid.CHECK,
    credentials.CHECK,
    start_up.CHECK,
    size_budget.CHECK,
    start_budget.CHECK,
)
