"""The image does what it is for: a task succeeds in a container that the executor's own command starts."""

from __future__ import annotations

from pathlib import Path

from airflow_ecs_image.engine import containers

from .control_plane import control_plane
from .worker_images import WorkerImage


def test_the_worker_command_runs_the_task_to_success(
    image: WorkerImage, root_filesystem_image: str, tmp_path: Path
) -> None:
    with control_plane(image, root_filesystem_image, tmp_path) as airflow:
        command = airflow.worker_command()
        worker = containers.run(
            image.tag, command, network=airflow.network, environment=airflow.worker_environment
        )
        assert "Task execution" in worker.stdout + worker.stderr
        assert airflow.task_state() == "success"
