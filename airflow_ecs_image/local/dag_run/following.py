"""Following a DAG run to its end: what its tasks do, what they wrote, and what is known of them afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import DagRunFailed
from airflow_ecs_image.local.dag_run.airflow_api import UNFINISHED_RUN, AirflowApi, DagRun, TaskInstance
from airflow_ecs_image.local.dag_run.ecs_tasks import STOPPED, EcsTask, tasks_of_run, try_of
from airflow_ecs_image.local.dag_run.progress import Progress, ends_try, title
from airflow_ecs_image.local.dag_run.readable_log import readable
from airflow_ecs_image.local.dag_run.task_log import AIRFLOW, LogReader, TaskLog
from airflow_ecs_image.local.endpoint_admin import EndpointAdmin
from airflow_ecs_image.local.task_identity import TaskIdentity

_POLL_SECONDS = 0.4
_LOG_SECONDS = 15.0
"""How long after a try's end its log may take to reach S3: a worker of Airflow 3 looks every [workers] min_heartbeat_interval
whether its task has ended, and uploads the log then."""

_LOG_SECONDS_AFTER_STOPPED = 2.0
"""The same once the try's container is gone: nobody is left to write it."""

_STOP_SECONDS = 30.0
"""How long after the DAG run's end its containers may take to be gone; a worker uploads its log first."""


@dataclass
class Followed:
    """What was seen: all tries in the order in which they ended, their logs, the ECS tasks and their output."""

    run: DagRun
    tries: list[TaskInstance] = field(default_factory=list)
    logs: dict[TaskIdentity, TaskLog] = field(default_factory=dict)
    ecs: list[EcsTask] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)


class Follower:
    """Follows one DAG run; with `show_log` each try's log is printed once the try has ended."""

    def __init__(
        self,
        api: AirflowApi,
        endpoint: EndpointAdmin,
        logs: LogReader,
        console: Console,
        *,
        show_log: bool = True,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._api = api
        self._endpoint = endpoint
        self._logs = logs
        self._console = console
        self._show_log = show_log
        self._clock = clock
        self._sleep = sleep
        self._progress = Progress(console)
        self._waiting: list[tuple[TaskInstance, float]] = []
        self._seen: set[TaskIdentity] = set()

    def follow(self, run: DagRun, *, timeout: float) -> Followed:
        """Return when the DAG run has ended. Raises DagRunFailed when it has not after `timeout` seconds."""
        followed = Followed(run)
        deadline = self._clock() + timeout
        try:
            while True:
                # The run is asked first: what it says has ended is then found ended among the task instances.
                followed.run = self._api.dag_run(run.dag_id, run.run_id)
                instances = self._look(followed)
                if followed.run.state not in UNFINISHED_RUN:
                    break
                if self._clock() > deadline:
                    raise _too_long(followed.run, instances, timeout)
                self._sleep(_POLL_SECONDS)
            self._wait_for_the_rest(followed)
        finally:
            self._progress.close()
        for task in followed.ecs:
            followed.outputs[task.id] = self._endpoint.log(task.id)
        return followed

    def _look(self, followed: Followed) -> list[TaskInstance]:
        run = followed.run
        followed.ecs = tasks_of_run(self._endpoint, run.dag_id, run.run_id)
        instances = self._api.task_instances(run.dag_id, run.run_id)
        earlier = [each for instance in instances for each in self._missed_tries(instance)]
        self._progress.update([*earlier, *instances], followed.ecs)
        ended = [
            each for each in (*earlier, *instances) if ends_try(each) and each.identity not in self._seen
        ]
        for instance in sorted(ended, key=lambda each: each.end or float("inf")):
            self._seen.add(instance.identity)
            followed.tries.append(instance)
            if (
                instance.try_number
                and instance.start is not None
                and instance.state not in ("skipped", "removed")
            ):
                self._waiting.append((instance, self._clock()))
        self._read_logs(followed)
        return instances

    def _missed_tries(self, instance: TaskInstance) -> Sequence[TaskInstance]:
        """Earlier tries that ended between two looks."""
        missed = [
            number
            for number in range(1, instance.try_number)
            if TaskIdentity(instance.dag_id, instance.run_id, instance.task_id, instance.map_index, number)
            not in self._seen
        ]
        if not missed:
            return ()
        tries = self._api.tries(instance)
        return [each for each in tries if each.try_number in missed and each.end is not None]

    def _read_logs(self, followed: Followed) -> None:
        """Read the logs of ended tries, in the order in which they ended: the first one that is not there stops it."""
        while self._waiting:
            instance, since = self._waiting[0]
            log = self._logs.remote(instance)
            if log is None:
                own = [task for task in followed.ecs if try_of(task, [instance]) is not None]
                is_gone = bool(own) and all(task.last_status == STOPPED for task in own)
                patience = _LOG_SECONDS_AFTER_STOPPED if is_gone else _LOG_SECONDS
                if self._clock() - since < patience:
                    return
                log = self._logs.airflow(instance)
            self._waiting.pop(0)
            followed.logs[instance.identity] = log
            if self._show_log:
                self._print(instance, log)

    def _print(self, instance: TaskInstance, log: TaskLog) -> None:
        lines = list(readable(log.lines))
        name = title(instance.identity)
        if log.source == AIRFLOW:
            found = "from Airflow's API, for S3 has none" if lines else "neither S3 nor Airflow has one"
        else:
            found = log.source
        self._console.text(f"  log of {name}: {found}")
        for line in lines:
            self._console.text(f"    {line}")

    def _wait_for_the_rest(self, followed: Followed) -> None:
        """The run has ended: its logs may still be on their way, its containers on theirs."""
        deadline = self._clock() + _STOP_SECONDS
        while self._clock() < deadline:
            followed.ecs = tasks_of_run(self._endpoint, followed.run.dag_id, followed.run.run_id)
            self._read_logs(followed)
            if not self._waiting and all(task.last_status == STOPPED for task in followed.ecs):
                return
            self._sleep(_POLL_SECONDS / 2)


def _too_long(run: DagRun, instances: Sequence[TaskInstance], seconds: float) -> DagRunFailed:
    going_on = ", ".join(
        f"{title(each.identity)} ({each.state or 'not scheduled'})"
        for each in instances
        if not ends_try(each)
    )
    return DagRunFailed(
        f"{run.dag_id}: the run {run.run_id} has not ended after {seconds:g} s: {going_on or run.state}",
        mend="it goes on; --timeout SECONDS waits longer",
    )
