"""Answers of Airflow's API as this package's own shapes; both lines name most fields alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from airflow_ecs_image.local.dag_run.airflow_api import Dag, DagRun, ImportFailure, TaskInstance, epoch

PAGE = 100
"""Entries of one answer: the most that both lines give by default ([api] maximum_page_limit)."""

Answer = Mapping[str, Any]


def pages(ask: Callable[[Mapping[str, object]], Answer], key: str) -> Iterator[Answer]:
    """All entries of a collection; `ask` gets `limit` and `offset`."""
    offset = 0
    while True:
        answer = ask({"limit": PAGE, "offset": offset})
        entries = answer.get(key) or []
        yield from entries
        offset += len(entries)
        if not entries or offset >= (answer.get("total_entries") or 0):
            return


def in_path(name: str) -> str:
    """A name as one segment of a path: run ids hold colons and a plus."""
    return quote(name, safe="")


def dag(answer: Answer, folder: str) -> Dag:
    """A DAG; `folder` is the DAG folder in the container, below which Airflow 2 names files by their whole path."""
    return Dag(
        answer["dag_id"],
        below(answer.get("relative_fileloc") or answer["fileloc"], folder),
        bool(answer["is_paused"]),
        epoch(answer.get("last_parsed_time")),
        answer.get("file_token") or "",
    )


def import_failure(answer: Answer, folder: str) -> ImportFailure:
    """A DAG file that cannot be imported."""
    return ImportFailure(
        below(answer["filename"], folder), epoch(answer.get("timestamp")), answer.get("stack_trace") or ""
    )


def dag_run(answer: Answer) -> DagRun:
    """A DAG run."""
    return DagRun(
        answer["dag_id"],
        answer["dag_run_id"],
        answer["state"],
        epoch(answer.get("start_date")),
        epoch(answer.get("end_date")),
    )


def task_instance(answer: Answer) -> TaskInstance:
    """One try of a task instance."""
    return TaskInstance(
        answer["dag_id"],
        answer["dag_run_id"],
        answer["task_id"],
        -1 if answer.get("map_index") is None else answer["map_index"],
        answer.get("try_number") or 0,
        answer.get("max_tries") or 0,
        answer.get("state"),
        epoch(answer.get("queued_when")),
        epoch(answer.get("start_date")),
        epoch(answer.get("end_date")),
        answer.get("executor") or None,
        answer.get("operator") or None,
    )


def below(path: str, folder: str) -> str:
    """The path below the folder where it is below it, else the path itself."""
    return path.removeprefix(folder.rstrip("/") + "/")
