"""One DAG run on a local stack, from the DAG's file to its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import DagRunFailed, Interrupted
from airflow_ecs_image.local.dag_run.airflow_2 import Airflow2
from airflow_ecs_image.local.dag_run.airflow_3 import Airflow3
from airflow_ecs_image.local.dag_run.airflow_api import AirflowApi, DagRun, TaskInstance
from airflow_ecs_image.local.dag_run.assembling import timeline_of
from airflow_ecs_image.local.dag_run.following import Followed, Follower
from airflow_ecs_image.local.dag_run.progress import title
from airflow_ecs_image.local.dag_run.readable_log import readable
from airflow_ecs_image.local.dag_run.target import Target, wait_for_dag
from airflow_ecs_image.local.dag_run.task_log import StackLogs
from airflow_ecs_image.local.dag_run.timeline import Timeline, document_of
from airflow_ecs_image.local.endpoint_admin import EndpointAdmin
from airflow_ecs_image.local.model import Stack
from airflow_ecs_image.local.stack import names

_SUCCESS = "success"


@dataclass(frozen=True)
class RunOptions:
    """How a DAG is run: `timeout` in seconds for the run, `arrival` for Airflow to know the DAG of the file as it is now.

    `text_of` reads a file below the DAG folder, None where it holds no text. `since` is a moment before the stack got the
    DAGs, in epoch seconds.
    """

    conf: Mapping[str, object]
    timeout: float
    show_log: bool
    text_of: Callable[[str], str | None]
    since: float
    arrival: float = 120.0


@dataclass(frozen=True)
class Outcome:
    """What a DAG run came to; `url` shows it in the web interface."""

    run: DagRun
    url: str
    followed: Followed
    timeline: Timeline

    @property
    def failed_tasks(self) -> list[str]:
        """The tasks that failed for good, by name and in the order in which they ended."""
        return [title(each.identity) for each in self.followed.tries if each.state == "failed"]

    def failure(self) -> DagRunFailed | None:
        """The error for a run that did not succeed, else None."""
        if self.run.state == _SUCCESS:
            return None
        failed = ", ".join(self.failed_tasks) or "no task of it failed"
        return DagRunFailed(
            f"{self.run.dag_id}: the run {self.run.run_id} is {self.run.state}: {failed}",
            mend=f"correct the task and run it again; {self.url} shows the run",
        )

    def document(self) -> dict[str, object]:
        """The outcome for programs."""
        return {
            "dag_id": self.run.dag_id,
            "run_id": self.run.run_id,
            "state": self.run.state,
            "url": self.url,
            "failed": self.failed_tasks,
            "tasks": [self._task(each) for each in self.followed.tries],
            "timeline": document_of(self.timeline),
        }

    def _task(self, instance: TaskInstance) -> dict[str, object]:
        log = self.followed.logs.get(instance.identity)
        return {
            "task": instance.identity.name,
            "try": instance.try_number,
            "state": instance.state,
            "log": None if log is None else {"source": log.source, "lines": list(readable(log.lines))},
        }


def airflow_of(stack: Stack, folder: str) -> AirflowApi:
    """The API of the stack's Airflow; `folder` is the DAG folder in the container."""
    return Airflow3(stack.airflow_url, folder) if stack.major > 2 else Airflow2(stack.airflow_url, folder)


def run_dag(stack: Stack, api: AirflowApi, target: Target, options: RunOptions, console: Console) -> Outcome:
    """Trigger the DAG, follow the run and return what it came to, whatever that is.

    Raises DagNotFound, DagRunFailed for a run that takes too long, and Interrupted when the user stops following: the run
    goes on.
    """
    with console.step(f"find {target.said} in Airflow"):
        dag = wait_for_dag(api, target, text_of=options.text_of, since=options.since, seconds=options.arrival)
    if dag.is_paused:
        api.unpause(dag.dag_id)
    run = api.trigger(dag.dag_id, options.conf)
    url = _url(stack, run)
    console.text(f"{dag.dag_id}: run {run.run_id}")
    follower = Follower(
        api,
        EndpointAdmin(stack.ecs_url),
        StackLogs(stack, api, names.LOG_LOCATION),
        console,
        show_log=options.show_log,
    )
    try:
        followed = follower.follow(run, timeout=options.timeout)
    except KeyboardInterrupt:
        raise Interrupted(
            f"{run.dag_id}: no longer followed; the run {run.run_id} goes on",
            mend=f"{url} shows it, `{names.command('ps', stack.name)}` its tasks; `local down` ends it",
        ) from None
    if dag.is_paused:
        # A DAG with a schedule would go on by itself.
        api.pause(dag.dag_id)
    return Outcome(followed.run, url, followed, timeline_of(followed, major=stack.major))


def _url(stack: Stack, run: DagRun) -> str:
    from urllib.parse import quote

    run_id = quote(run.run_id, safe="")
    if stack.major > 2:
        return f"{stack.airflow_url}/dags/{quote(run.dag_id, safe='')}/runs/{run_id}"
    return f"{stack.airflow_url}/dags/{quote(run.dag_id, safe='')}/grid?dag_run_id={run_id}"
