"""The timeline of a DAG run that was followed."""

from __future__ import annotations

from collections.abc import Iterable

from airflow_ecs_image.local.dag_run import moments
from airflow_ecs_image.local.dag_run.airflow_api import TaskInstance
from airflow_ecs_image.local.dag_run.ecs_tasks import try_of
from airflow_ecs_image.local.dag_run.following import Followed
from airflow_ecs_image.local.dag_run.moments import Moments
from airflow_ecs_image.local.dag_run.spans import spans_of
from airflow_ecs_image.local.dag_run.timeline import Timeline, TimelineRow

ECS_EXECUTOR, LOCAL_EXECUTOR = "AwsEcsExecutor", "LocalExecutor"


def timeline_of(followed: Followed, *, major: int) -> Timeline:
    """A row for each ECS task and for each try without one, in the order in which they began."""
    rows = [*_of_ecs(followed, major), *_of_local(followed, major)]
    rows.sort(key=lambda row: (row.spans[0].start if row.spans else float("inf"), row.task, row.try_number))
    return Timeline(followed.run.dag_id, followed.run.run_id, followed.run.state, tuple(rows))


def _of_ecs(followed: Followed, major: int) -> Iterable[TimelineRow]:
    for task in followed.ecs:
        instance = try_of(task, followed.tries)
        found = moments.of_events(task.events)
        found = moments.with_output(found, followed.outputs.get(task.id, ""))
        if instance is not None:
            log = followed.logs.get(instance.identity)
            found = moments.with_log(found, log.lines if log is not None else ())
            found = moments.with_task_instance(found, instance.queued, instance.start, instance.end)
        yield TimelineRow(
            task.identity.name,
            instance.try_number if instance is not None else task.identity.try_number or 1,
            _state(instance),
            ECS_EXECUTOR,
            task.id,
            task.exit_code,
            spans_of(found, major=major),
        )


def _of_local(followed: Followed, major: int) -> Iterable[TimelineRow]:
    on_ecs = {
        instance.identity for task in followed.ecs if (instance := try_of(task, followed.tries)) is not None
    }
    for instance in followed.tries:
        # A task that was skipped, or whose upstream failed, ran nowhere.
        if instance.identity in on_ecs or not instance.try_number or instance.start is None:
            continue
        log = followed.logs.get(instance.identity)
        found = moments.with_log(
            Moments(queued=instance.queued, finished=instance.end), log.lines if log is not None else ()
        )
        found = moments.with_task_instance(found, instance.queued, instance.start, None)
        yield TimelineRow(
            instance.identity.name,
            instance.try_number,
            _state(instance),
            (instance.executor or LOCAL_EXECUTOR).rsplit(".", 1)[-1],
            None,
            None,
            spans_of(found, major=major, is_local=True),
        )


def _state(instance: TaskInstance | None) -> str:
    """A try that another one follows has failed."""
    if instance is None:
        return "unknown"
    return "failed" if instance.state == "up_for_retry" else str(instance.state)
