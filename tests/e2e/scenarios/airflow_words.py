"""What the scenarios ask of Airflow, by its REST API alone."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_ecs_image.local.dag_run.airflow_api import AirflowApi, TaskInstance
from tests.waiting import until


@dataclass(frozen=True)
class Run:
    """One DAG run."""

    dag_id: str
    run_id: str


class AirflowWords:
    """Airflow as the scenarios speak of it."""

    def __init__(self, api: AirflowApi) -> None:
        self._api = api

    def wait_for_dags(self, dag_ids: set[str], seconds: float = 120) -> None:
        """Wait until Airflow knows all these DAGs; none may have failed to import."""
        until(lambda: dag_ids <= {dag.dag_id for dag in self._api.dags()}, "the DAGs", seconds=seconds)
        failures = self._api.import_failures()
        assert not failures, failures

    def trigger(self, dag_id: str) -> Run:
        """Start a run of a DAG, which is not paused from then on."""
        self._api.unpause(dag_id)
        return Run(dag_id, self._api.trigger(dag_id, {}).run_id)

    def run_state(self, run: Run) -> str:
        """The state of a DAG run."""
        return self._api.dag_run(run.dag_id, run.run_id).state

    def states(self, run: Run) -> dict[str, str]:
        """The states of the task instances of a run by name."""
        return {_name(one): str(one.state) for one in self._api.task_instances(run.dag_id, run.run_id)}

    def log(self, run: Run, task_id: str) -> str:
        """The log of the newest try of a task that is not mapped."""
        (found,) = [one for one in self._api.task_instances(run.dag_id, run.run_id) if _name(one) == task_id]
        return self._api.task_log(found)


def _name(instance: TaskInstance) -> str:
    return instance.task_id if instance.map_index < 0 else f"{instance.task_id}[{instance.map_index}]"
