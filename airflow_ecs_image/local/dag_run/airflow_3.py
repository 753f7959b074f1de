"""The REST API of Airflow 3: /api/v2, with a token that SimpleAuthManager gives to everybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote

from airflow_ecs_image.local.dag_run import answers
from airflow_ecs_image.local.dag_run.airflow_api import Dag, DagRun, TaskInstance
from airflow_ecs_image.local.dag_run.airflow_rest import AirflowRest, instance_path
from airflow_ecs_image.local.dag_run.answers import in_path, pages
from airflow_ecs_image.local.http_service import HttpService, ServiceRefused

_UNAUTHORIZED = 401


class Airflow3(AirflowRest):
    """An AirflowApi; `folder` is the DAG folder in the container."""

    def __init__(self, address: str, folder: str) -> None:
        super().__init__(HttpService(address, "Airflow's API server"), folder)
        self._token: str | None = None

    def dags(self) -> list[Dag]:
        """All DAGs that are in the DAG folder now."""
        found = pages(lambda page: self._ask("GET", "/dags", {**page, "exclude_stale": "true"}), "dags")
        return [answers.dag(each, self._folder) for each in found]

    def source(self, dag: Dag) -> str | None:
        """The text of the DAG's file of its newest version."""
        try:
            found = self._ask("GET", f"/dagSources/{in_path(dag.dag_id)}").get("content")
        except ServiceRefused:
            return None
        return found if isinstance(found, str) else None

    def request_parsing(self, dag: Dag) -> None:
        """Ask the DAG processor to parse the DAG's file next."""
        try:
            self._text("PUT", f"/parseDagFile/{quote(dag.file_token, safe='')}")
        except ServiceRefused:
            # The same file was asked for already, or the token is of another server: it is parsed in its turn.
            return

    def trigger(self, dag_id: str, conf: Mapping[str, object]) -> DagRun:
        """Make a DAG run with that configuration and without a logical date."""
        body = {"logical_date": None, "conf": dict(conf)}
        return answers.dag_run(self._ask("POST", f"/dags/{in_path(dag_id)}/dagRuns", body=body))

    def tries(self, instance: TaskInstance) -> list[TaskInstance]:
        """All tries of a task instance, oldest first."""
        path = (
            instance_path(instance) + ("" if instance.map_index < 0 else f"/{instance.map_index}") + "/tries"
        )
        found = self._ask("GET", path).get("task_instances")
        tries = [answers.task_instance(each) for each in found] if isinstance(found, list) else []
        return sorted(tries, key=lambda each: each.try_number)

    def task_log(self, instance: TaskInstance) -> str:
        """The log of that try, one JSON object a line: `timestamp`, `level`, `event`, `logger`."""
        query: dict[str, object] = {"full_content": "true", "map_index": instance.map_index}
        path = f"{instance_path(instance)}/logs/{instance.try_number}"
        content = self._ask("GET", path, query).get("content")
        lines = content if isinstance(content, list) else []
        return "\n".join(json.dumps(line) if isinstance(line, dict) else str(line) for line in lines)

    def _ask(
        self, method: str, path: str, query: Mapping[str, object] | None = None, body: object = None
    ) -> dict[str, object]:
        text = self._text(method, path, query, body)
        content = json.loads(text) if text else {}
        return content if isinstance(content, dict) else {}

    def _text(
        self, method: str, path: str, query: Mapping[str, object] | None = None, body: object = None
    ) -> str:
        def once() -> str:
            headers = {"Authorization": f"Bearer {self._authorization()}"}
            return self._service.text(method, f"/api/v2{path}", query=query, body=body, headers=headers)

        try:
            return once()
        except ServiceRefused as error:
            if error.status != _UNAUTHORIZED:
                raise
            # It lives for a day ([api_auth] jwt_expiration_time), and no longer than the server's secret.
            self._token = None
            return once()

    def _authorization(self) -> str:
        if self._token is None:
            self._token = str(self._service.json("GET", "/auth/token").get("access_token"))
        return self._token
