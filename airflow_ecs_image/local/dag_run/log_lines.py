"""The lines of a task's log, of either line of Airflow.

Airflow 3 writes a JSON object a line (`timestamp`, `level`, `event`, `logger`, and what the caller added), Airflow 2 text by
[logging] log_format: `[2026-11-25T03:31:51.428+0000] {file.py:12} INFO - text`, with further lines as they came.

Both put what Airflow does around the task between `::group::` and `::endgroup::`. Seen on 3.3.2: the task runner (sdk
execution_time/task_runner.py) opens "Pre Execute" when it begins, closes it right before the operator's execute(), and
opens "Post Execute" right after; what the task printed may come after that, because it travels through a pipe. On 2.11.2:
"Pre task execution logs" is closed before execute(), "Post task execution logs" opened after it. A log that comes through
the API has a group of its own in front, "Log message source details".
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass

from airflow_ecs_image.local.dag_run.tracebacks import traceback_lines

_GROUP, _END = "::group::", "::endgroup::"
_RUNNER_LOGGER = "task"
"""Of Airflow 3's task runner: what it logs is told apart by its file."""

_OF_AIRFLOW_2 = re.compile(
    r"^(?:\[(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.,]\d+[+-]\d{4})\] \{(?P<file>[^}]*):\d+\})? "
    r"(?P<level>[A-Z]+) - (?P<text>.*)"
)


@dataclass(frozen=True)
class LogLine:
    """One event of a task's log; `time` in epoch seconds. `group` is the group of Airflow's own lines that it is in."""

    time: float | None
    level: str
    text: str
    source: str = ""
    group: str | None = None
    more: tuple[str, ...] = ()

    @property
    def opens(self) -> str | None:
        """The title of the group that this line opens."""
        return self.text.removeprefix(_GROUP).strip() if self.text.startswith(_GROUP) else None

    @property
    def closes(self) -> bool:
        """Whether this line closes a group."""
        return self.text.startswith(_END)


def parsed(log: str) -> list[LogLine]:
    """The lines of a log of either line of Airflow, in the order in which they were written."""
    found: list[LogLine] = []
    group: str | None = None
    for text in log.removesuffix("\n").split("\n") if log else ():
        line = _of_json(text, group) or _of_airflow_2(text, group)
        if line is None:
            # A further line of the event before it, such as a traceback's; or what no logger wrote.
            if found and not (found[-1].opens or found[-1].closes):
                last = found.pop()
                found.append(
                    LogLine(last.time, last.level, last.text, last.source, last.group, (*last.more, text))
                )
            else:
                found.append(LogLine(None, "info", text, group=group))
            continue
        found.append(line)
        if (opened := line.opens) is not None:
            group = opened
        elif line.closes:
            group = None
    return found


def _of_json(text: str, group: str | None) -> LogLine | None:
    if not text.startswith("{"):
        return None
    try:
        event = json.loads(text)
    except ValueError:
        return None
    if not isinstance(event, dict) or "event" not in event:
        return None
    source = str(event.get("logger") or "")
    if source == _RUNNER_LOGGER and event.get("filename"):
        source = str(event["filename"])
    first, *more = str(event["event"]).splitlines() or [""]
    return LogLine(
        _moment(event.get("timestamp")),
        str(event.get("level") or "info").lower(),
        first,
        source,
        group,
        (*more, *traceback_lines(event.get("error_detail"))),
    )


def _of_airflow_2(text: str, group: str | None) -> LogLine | None:
    if text.startswith((_GROUP, _END)):
        return LogLine(None, "info", text, group=group)
    matched = _OF_AIRFLOW_2.match(text)
    if matched is None:
        return None
    moment = _moment((matched["time"] or "").replace(",", "."))
    return LogLine(moment, matched["level"].lower(), matched["text"], matched["file"] or "", group)


def _moment(text: object) -> float | None:
    if not isinstance(text, str):
        return None
    try:
        return dt.datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None
