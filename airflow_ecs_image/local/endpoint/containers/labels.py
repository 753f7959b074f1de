"""The labels of a task's container: they hold its whole record, so that the endpoint can lose everything else."""

from __future__ import annotations

import json
from collections.abc import Mapping

from airflow_ecs_image.local.endpoint.task import Task

STACK = "io.airflow-ecs-image.local"
TASK = f"{STACK}.task"
"""The same as LOCAL and LOCAL_TASK of `airflow_ecs_image.spec.label_names`, which is not there where this runs."""

CONTAINER = f"{STACK}.task.container"
"""The name of the container in its task definition; empty for the one that holds the network of the others."""

RECORD = f"{STACK}.task.record"


def labels(task: Task, stack: str, container: str) -> dict[str, str]:
    """Those of one container of a task."""
    record = json.dumps(task.to_record(), separators=(",", ":"))
    return {STACK: stack, TASK: task.id, CONTAINER: container, RECORD: record}


def task_of(found: Mapping[str, str]) -> Task | None:
    """The task of such labels, as it was at its RunTask; None when they hold none."""
    try:
        return Task.from_record(json.loads(found[RECORD]))
    except (KeyError, TypeError, ValueError):
        return None
