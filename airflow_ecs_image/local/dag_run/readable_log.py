"""A task's log as its author wants to read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from airflow_ecs_image.local.dag_run.log_lines import LogLine
from airflow_ecs_image.local.dag_run.tracebacks import without_leading_library

_TROUBLE = frozenset({"warning", "error", "critical", "exception"})
_LOGGERS_OF_AIRFLOW = ("airflow.dag_processing.", "airflow.models.dagbag.", "airflow.sdk.execution_time.")
_FILES_OF_AIRFLOW = frozenset(
    {
        *("task_runner.py", "supervisor.py"),
        *("taskinstance.py", "local_task_job_runner.py", "standard_task_runner.py", "task_command.py"),
    }
)
_SOURCES, _AFTER = "Log message source details", "Post task execution logs"


def readable(lines: Iterable[LogLine]) -> Iterator[str]:
    """The lines of the DAG's author as `time level text`; of Airflow's own only those that tell of trouble."""
    for line in lines:
        if line.opens is not None or line.closes or not _is_wanted(line):
            continue
        time = "" if line.time is None else f"{_clock(line.time)} "
        yield f"{time}{line.level:<7} {line.text}".rstrip()
        for further in without_leading_library(line.more):
            yield f"  {further}".rstrip()


def _is_wanted(line: LogLine) -> bool:
    if line.group == _SOURCES:
        return False
    if line.source in _FILES_OF_AIRFLOW or line.source.startswith(_LOGGERS_OF_AIRFLOW):
        # After the task Airflow 2 logs its exception a second time, from further out.
        return line.level in _TROUBLE and line.group != _AFTER
    return True


def _clock(moment: float) -> str:
    """The time of day in UTC, with milliseconds."""
    return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%H:%M:%S.%f")[:-3]
