"""A try's log from where it outlives the container: the stack's S3, or Airflow's API where S3 has none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

from airflow_ecs_image.errors import ToolkitError
from airflow_ecs_image.local.dag_run.airflow_api import AirflowApi, TaskInstance
from airflow_ecs_image.local.dag_run.log_lines import LogLine, parsed
from airflow_ecs_image.local.model import Stack
from airflow_ecs_image.local.s3 import s3_client

AIRFLOW = "Airflow's API"
"""The source of a log that is in no bucket."""


@dataclass(frozen=True)
class TaskLog:
    """A try's log; `source` is `s3://bucket/key`, or AIRFLOW."""

    source: str
    lines: tuple[LogLine, ...]


class LogReader(Protocol):
    """Where logs are read."""

    def remote(self, instance: TaskInstance) -> TaskLog | None:
        """The try's log from S3; None while it is not there, or is that of an earlier part of the try."""

    def airflow(self, instance: TaskInstance) -> TaskLog:
        """The try's log as Airflow's API gives it, with whatever it knows."""


class StackLogs:
    """A LogReader; `location` is the stack's [logging] remote_base_log_folder, such as `s3://airflow-logs/tasks`."""

    def __init__(self, stack: Stack, api: AirflowApi, location: str) -> None:
        self._api = api
        self._stack = stack
        self._bucket, _, self._prefix = location.removeprefix("s3://").partition("/")
        self._client: Any = None

    def remote(self, instance: TaskInstance) -> TaskLog | None:
        """By [logging] log_filename_template's default; a deferred task's triggerer writes an object beside it."""
        from botocore.exceptions import BotoCoreError, ClientError

        key = "/".join(part for part in (self._prefix.strip("/"), log_name(instance)) if part)
        try:
            listed = self._s3().list_objects_v2(Bucket=self._bucket, Prefix=key)
            objects = sorted(listed.get("Contents", []), key=lambda each: str(each["Key"]))
            if not objects or objects[0]["Key"] != key:
                return None
            written = objects[0]["LastModified"].timestamp()
            # A task that was deferred has written it before; S3 tells whole seconds.
            if instance.end is not None and written < math.floor(instance.end) - 1:
                return None
            texts = [
                self._s3()
                .get_object(Bucket=self._bucket, Key=each["Key"])["Body"]
                .read()
                .decode(errors="replace")
                for each in objects
            ]
        except (BotoCoreError, ClientError):
            # Airflow's API tells what it knows; a run is not lost for its log.
            return None
        return TaskLog(f"s3://{self._bucket}/{key}", tuple(line for text in texts for line in parsed(text)))

    def airflow(self, instance: TaskInstance) -> TaskLog:
        """The try's log by REST, from storage or from wherever Airflow finds it."""
        try:
            text = self._api.task_log(instance)
        except ToolkitError:
            text = ""
        return TaskLog(AIRFLOW, tuple(parsed(text)))

    def _s3(self) -> Any:
        if self._client is None:
            self._client = s3_client(self._stack)
        return self._client


def log_name(instance: TaskInstance) -> str:
    """The name of a try's log, by the default of [logging] log_filename_template on both lines."""
    mapped = "" if instance.map_index < 0 else f"map_index={instance.map_index}/"
    return (
        f"dag_id={instance.dag_id}/run_id={instance.run_id}/task_id={instance.task_id}/{mapped}"
        f"attempt={instance.try_number}.log"
    )
