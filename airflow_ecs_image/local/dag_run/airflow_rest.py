"""What both lines of Airflow have in their REST APIs under the same paths and names."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from airflow_ecs_image.local.dag_run import answers
from airflow_ecs_image.local.dag_run.airflow_api import DagRun, ImportFailure, TaskInstance
from airflow_ecs_image.local.dag_run.answers import in_path, pages
from airflow_ecs_image.local.http_service import HttpService


class AirflowRest(ABC):
    """A part of an AirflowApi; `folder` is the DAG folder in the container, paths are below the API's own."""

    def __init__(self, service: HttpService, folder: str) -> None:
        self._service = service
        self._folder = folder

    def import_failures(self) -> list[ImportFailure]:
        """All DAG files that cannot be imported."""
        found = pages(lambda page: self._ask("GET", "/importErrors", page), "import_errors")
        return [answers.import_failure(each, self._folder) for each in found]

    def unpause(self, dag_id: str) -> None:
        """Let the scheduler schedule the DAG's runs."""
        self._ask("PATCH", f"/dags/{in_path(dag_id)}", body={"is_paused": False})

    def pause(self, dag_id: str) -> None:
        """Keep the scheduler from scheduling the DAG's runs."""
        self._ask("PATCH", f"/dags/{in_path(dag_id)}", body={"is_paused": True})

    def dag_run(self, dag_id: str, run_id: str) -> DagRun:
        """The DAG run as it is now."""
        return answers.dag_run(self._ask("GET", run_path(dag_id, run_id)))

    def task_instances(self, dag_id: str, run_id: str) -> list[TaskInstance]:
        """The newest try of all task instances."""
        path = f"{run_path(dag_id, run_id)}/taskInstances"
        found = pages(lambda page: self._ask("GET", path, page), "task_instances")
        return [answers.task_instance(each) for each in found]

    @abstractmethod
    def _ask(
        self, method: str, path: str, query: Mapping[str, object] | None = None, body: object = None
    ) -> dict[str, object]:
        """Ask and return the answer's JSON object."""


def run_path(dag_id: str, run_id: str) -> str:
    """The path of a DAG run."""
    return f"/dags/{in_path(dag_id)}/dagRuns/{in_path(run_id)}"


def instance_path(instance: TaskInstance) -> str:
    """The path of a task instance."""
    return f"{run_path(instance.dag_id, instance.run_id)}/taskInstances/{in_path(instance.task_id)}"
