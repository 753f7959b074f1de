"""When a task reached which point of its way, read from what each party wrote on it. Epoch seconds everywhere.

Who says what, as seen on real containers:

| moment | Airflow 3.3.2 | Airflow 2.11.2 |
|---|---|---|
| queued | `queued_when` of the task instance, by REST | the same |
| run_task, created, started, finished, stopped | the endpoint's events | the same |
| entrypoint, airflow | the entrypoint's marks in the container's output | the same |
| fetched | the line `fetch-dags: …` there | the same |
| worker | the container's output: "Executing workload" (sdk execute_workload.py) | "Filling up the DagBag" (models/dagbag.py), or "Running <TaskInstance" |
| runner | the task's log: `::group::Pre Execute` (sdk task_runner.py) | `::group::Pre task execution logs` (local_task_job_runner.py) |
| dag | "Filling up the DagBag" in that group | — |
| parsed | "Worker startup parse complete" in that group | — |
| code | the `::endgroup::` of that group: execute() is next | the same |
| code_end | `::group::Post Execute` | `::group::Post task execution logs` |

Between `worker` and `runner` Airflow 3 starts its supervisor and shakes hands with the API server; from `runner` to `dag` its
task runner starts; then the DAG is imported, and the task prepared: listeners, templates. Airflow 2 imports the DAG before `runner`, and forks the task's own
process after it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from airflow_ecs_image.local.dag_run.log_lines import LogLine

_MARK = re.compile(r"^airflow-ecs-image: (entrypoint|airflow) (\d+(?:\.\d+)?)$")
_FETCHED = "fetch-dags: "
_WORKER_OF_3 = "Executing workload"
_IMPORTS_DAG, _HAS_IMPORTED = "Filling up the DagBag", "Worker startup parse complete"
_WORKER_OF_2 = (_IMPORTS_DAG, "Running <TaskInstance")
_PREPARING = {_IMPORTS_DAG: "dag", _HAS_IMPORTED: "parsed"}
_BEFORE = ("Pre Execute", "Pre task execution logs")
_AFTER = ("Post Execute", "Post task execution logs")
_JITTER_SECONDS = 1.0
"""How far two clocks of one machine may be apart and still mean the same run of a task."""


@dataclass(frozen=True)
class Moments:
    """Epoch seconds, None where nobody said it."""

    queued: float | None = None
    run_task: float | None = None
    created: float | None = None
    started: float | None = None
    entrypoint: float | None = None
    fetched: float | None = None
    airflow: float | None = None
    worker: float | None = None
    runner: float | None = None
    dag: float | None = None
    parsed: float | None = None
    code: float | None = None
    code_end: float | None = None
    finished: float | None = None
    stopped: float | None = None


def of_events(events: Mapping[str, object]) -> Moments:
    """The moments that the endpoint's `events` of a task name."""
    names = ("run_task", "created", "started", "finished", "stopped")
    return Moments(
        **{name: float(value) for name in names if isinstance(value := events.get(name), int | float)}
    )


def with_output(moments: Moments, output: str) -> Moments:
    """With what the container's output says: lines of `<RFC 3339 time> <text>`."""
    found: dict[str, float] = {}
    for time, text in timed_lines(output):
        if (mark := _MARK.match(text)) is not None:
            found.setdefault(mark[1], float(mark[2]))
        elif text.startswith(_FETCHED):
            found.setdefault("fetched", time)
        elif (begun := _worker(text, time)) is not None:
            found.setdefault("worker", begun)
    return replace(moments, **found)


def timed_lines(output: str) -> Iterator[tuple[float, str]]:
    """The lines of a container's output after their times; what begins with no time is left out."""
    for line in output.splitlines():
        stamp, _, text = line.partition(" ")
        if (time := epoch_of_rfc_3339(stamp)) is not None:
            yield time, text


def with_log(moments: Moments, lines: Iterable[LogLine]) -> Moments:
    """With what the task's log says; of a log of several runs, as a deferred task's is, only what falls into this one."""
    earliest = moments.started or moments.run_task or moments.queued or 0.0
    latest = moments.finished or moments.stopped or float("inf")
    found: dict[str, float] = {}
    for line in lines:
        if line.time is None or not earliest - _JITTER_SECONDS <= line.time <= latest + _JITTER_SECONDS:
            continue
        if (moment := _of_line(line)) is not None:
            found.setdefault(moment, line.time)
    return replace(moments, **found)


def _of_line(line: LogLine) -> str | None:
    """The name of the moment that a line of the task's log marks."""
    if line.opens is not None:
        return (
            "runner"
            if line.opens.startswith(_BEFORE)
            else "code_end"
            if line.opens.startswith(_AFTER)
            else None
        )
    if line.group is None or not line.group.startswith(_BEFORE):
        return None
    if line.closes:
        return "code"
    return next((name for text, name in _PREPARING.items() if line.text.startswith(text)), None)


def with_task_instance(
    moments: Moments, queued: float | None, start: float | None, end: float | None
) -> Moments:
    """With the dates of the task instance where the log did not say it better."""
    return replace(
        moments,
        queued=queued if queued is not None and _fits(queued, None, moments.run_task) else moments.queued,
        runner=moments.runner
        if moments.runner is not None or start is None or not _fits(start, moments.started, moments.finished)
        else start,
        code_end=moments.code_end
        if moments.code_end is not None or end is None or not _fits(end, moments.started, moments.finished)
        else end,
    )


def epoch_of_rfc_3339(stamp: str) -> float | None:
    """Epoch seconds of a time such as `2026-11-25T03:31:51.428446123Z`; None for any other word."""
    whole, dot, rest = stamp.partition(".")
    digits = rest.rstrip("Z")[:9]
    try:
        moment = dt.datetime.fromisoformat(whole.rstrip("Z")).replace(tzinfo=dt.UTC)
    except ValueError:
        return None
    if not stamp.endswith("Z") or (dot and not digits.isdigit()):
        return None
    return moment.timestamp() + (float(f"0.{digits}") if digits else 0.0)


def _worker(text: str, time: float) -> float | None:
    """When Airflow's worker says that it begins: its own time where the line has one."""
    if _WORKER_OF_3 in text and text.startswith("{"):
        try:
            event = json.loads(text)
        except ValueError:
            return time
        if isinstance(event, dict) and event.get("event") == _WORKER_OF_3:
            own = epoch_of_rfc_3339(str(event.get("timestamp")))
            return time if own is None else own
        return None
    return time if any(word in text for word in _WORKER_OF_2) and not text.startswith("{") else None


def _fits(time: float, earliest: float | None, latest: float | None) -> bool:
    return (earliest is None or time >= earliest - _JITTER_SECONDS) and (
        latest is None or time <= latest + _JITTER_SECONDS
    )
