"""The REST API of Airflow 2: /api/v1, which the local stack lets everybody use."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from airflow_ecs_image.local.dag_run import answers
from airflow_ecs_image.local.dag_run.airflow_api import Dag, DagRun, TaskInstance
from airflow_ecs_image.local.dag_run.airflow_rest import AirflowRest, instance_path
from airflow_ecs_image.local.dag_run.answers import in_path, pages
from airflow_ecs_image.local.http_service import HttpService, ServiceRefused

_SOURCES = "::group::Log message source details"


class Airflow2(AirflowRest):
    """An AirflowApi; `folder` is the DAG folder in the container."""

    def __init__(self, address: str, folder: str) -> None:
        super().__init__(HttpService(address, "Airflow's webserver"), folder)

    def dags(self) -> list[Dag]:
        """All DAGs that are in the DAG folder now; `only_active` is the default of this line."""
        found = pages(lambda page: self._ask("GET", "/dags", page), "dags")
        return [answers.dag(each, self._folder) for each in found]

    def source(self, dag: Dag) -> str | None:
        """The text of the DAG's file."""
        path = f"/api/v1/dagSources/{quote(dag.file_token, safe='')}"
        try:
            return self._service.text("GET", path, headers={"Accept": "text/plain"})
        except ServiceRefused:
            return None

    def request_parsing(self, dag: Dag) -> None:
        """Ask the DAG processor to parse the DAG's file next."""
        try:
            self._service.text("PUT", f"/api/v1/parseDagFile/{quote(dag.file_token, safe='')}")
        except ServiceRefused:
            # The token is of another server: the file is parsed in its turn.
            return

    def trigger(self, dag_id: str, conf: Mapping[str, object]) -> DagRun:
        """Make a DAG run with that configuration."""
        body = {"conf": dict(conf)}
        return answers.dag_run(self._ask("POST", f"/dags/{in_path(dag_id)}/dagRuns", body=body))

    def tries(self, instance: TaskInstance) -> list[TaskInstance]:
        """All tries of a task instance, oldest first."""
        path = (
            instance_path(instance) + ("" if instance.map_index < 0 else f"/{instance.map_index}") + "/tries"
        )
        found = pages(lambda page: self._ask("GET", path, page), "task_instances")
        return sorted((answers.task_instance(each) for each in found), key=lambda each: each.try_number)

    def task_log(self, instance: TaskInstance) -> str:
        """The log of that try as text, as the task's handler formatted it."""
        path = f"/api/v1{instance_path(instance)}/logs/{instance.try_number}"
        query = {"full_content": "true", "map_index": instance.map_index}
        text = self._service.text("GET", path, query=query, headers={"Accept": "text/plain"})
        # The API puts the worker's host name on a line of its own before everything.
        first, _, rest = text.partition("\n")
        return rest if _SOURCES in rest.partition("\n")[0] else f"{first}\n{rest}"

    def _ask(
        self, method: str, path: str, query: Mapping[str, object] | None = None, body: object = None
    ) -> dict[str, object]:
        return self._service.json(method, f"/api/v1{path}", query=query, body=body)
