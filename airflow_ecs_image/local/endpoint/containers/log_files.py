"""The files that stand for awslogs: `<group>/<prefix>/<container>/<task id>`."""

from __future__ import annotations

from pathlib import Path

from airflow_ecs_image.local.endpoint.log_stream import log_stream
from airflow_ecs_image.local.endpoint.task import Task

_WITHOUT_AWSLOGS = "no-log-group"


class LogFiles:
    """The outputs of ended containers, each line after its time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, task: Task, container: str, content: bytes) -> None:
        """Keep an output."""
        path = self._path(task, container)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.partial")
        partial.write_bytes(content)
        partial.replace(path)

    def read(self, task: Task, container: str) -> bytes:
        """A kept output; empty when there is none."""
        try:
            return self._path(task, container).read_bytes()
        except OSError:
            return b""

    def remove(self, task: Task, container: str) -> None:
        """Remove it and the folders that it leaves empty."""
        path = self._path(task, container)
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder == self._folder:
                return
            try:
                folder.rmdir()
            except OSError:
                return

    def _path(self, task: Task, container: str) -> Path:
        group, stream = log_stream(task, container) or (_WITHOUT_AWSLOGS, f"{container}/{task.id}")
        # A name must not lead out of the folder, wherever it comes from.
        parts = [part for part in f"{group}/{stream}".split("/") if part not in {"", ".", ".."}]
        return self._folder.joinpath(*parts)
