"""Where the awslogs driver would write a container's output."""

from __future__ import annotations

from .task import Task


def log_stream(task: Task, container: str) -> tuple[str, str] | None:
    """Group and stream, or None without awslogs (ECS developer guide, "awslogs-stream-prefix").

    The stream is `<prefix>/<container>/<task id>`; without a prefix it is the container's id.
    """
    logging = task.container_definition(container).get("logConfiguration") or {}
    options = logging.get("options") or {}
    if logging.get("logDriver") != "awslogs" or not options.get("awslogs-group"):
        return None
    prefix = options.get("awslogs-stream-prefix")
    stream = f"{prefix}/{container}/{task.id}" if prefix else task.container(container).id
    return options["awslogs-group"], stream
