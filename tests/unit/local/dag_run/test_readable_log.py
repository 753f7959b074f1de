"""Of a task's log people see what the task wrote, with its time, and a traceback that begins in their own file."""

from __future__ import annotations

import json

import pytest

from airflow_ecs_image.local.dag_run.log_lines import parsed
from airflow_ecs_image.local.dag_run.readable_log import readable

from .recorded_airflow import recorded

LINES = [2, 3]


def shown(text: str) -> list[str]:
    return list(readable(parsed(text)))


@pytest.mark.parametrize("major", LINES)
def test_what_the_task_printed_is_there_and_little_else(major: int) -> None:
    lines = shown(recorded(major, "numbers.log"))
    assert [line.split(" ", 1)[1] for line in sorted(lines, key=lambda line: "three" not in line)] == [
        "info    three numbers",
        "info    Done. Returned value was: [1, 2, 3]",
    ]
    assert all(line[2] == line[5] == ":" for line in lines)


@pytest.mark.parametrize("major", LINES)
def test_a_traceback_begins_in_the_dag_file(major: int) -> None:
    lines = shown(recorded(major, "broken.log"))
    start = lines.index("  Traceback (most recent call last):")
    assert lines[start - 1].endswith("error   Task failed with exception")
    assert lines[start + 1].startswith('    File "/opt/airflow/dags/sub/shapes_dag.py", line ')
    assert "  ValueError: no such <thing>" in lines
    assert any(line.endswith("info    about to fail") for line in lines)
    assert lines.count("  Traceback (most recent call last):") == 1
    assert not any("site-packages" in line for line in lines)


@pytest.mark.parametrize("major", LINES)
def test_a_sensor_that_was_deferred_wrote_nothing_of_its_own(major: int) -> None:
    assert shown(recorded(major, "wait.log")) == []


def test_where_the_api_found_the_log_is_no_line_of_the_task() -> None:
    of_3 = "\n".join(json.dumps(line) for line in json.loads(recorded(3, "log_numbers.json"))["content"])
    assert len(shown(of_3)) == 2
    of_2 = recorded(2, "log_numbers.txt").partition("\n")[2]
    assert len(shown(of_2)) == 2


def test_a_message_of_several_lines_stays_together() -> None:
    event = {"timestamp": "2026-11-25T03:31:51Z", "level": "info", "event": "one\ntwo", "logger": "mine"}
    assert shown(json.dumps(event)) == ["03:31:51.000 info    one", "  two"]
    assert shown("[2026-11-25T03:31:51.000+0000] {mine.py:1} INFO - one\ntwo") == [
        "03:31:51.000 info    one",
        "  two",
    ]


def test_airflows_own_trouble_is_shown() -> None:
    event = {
        "level": "warning",
        "event": "Heartbeat failed",
        "logger": "airflow.sdk.execution_time.supervisor",
    }
    assert shown(json.dumps(event)) == ["warning Heartbeat failed"]


def test_a_traceback_of_libraries_alone_is_kept_whole() -> None:
    frame = {"filename": "/x/site-packages/a.py", "lineno": 1, "name": "f"}
    detail = [{"exc_type": "KeyError", "exc_value": "'a'", "frames": [frame]}]
    event = {"level": "error", "event": "failed", "logger": "mine", "error_detail": detail}
    assert any("site-packages/a.py" in line for line in shown(json.dumps(event)))
    text = (
        "[2026-11-25T03:31:51.000+0000] {mine.py:1} ERROR - failed\n"
        'Traceback (most recent call last):\n  File "/x/site-packages/a.py", line 1, in f\n    x\nKeyError: 1'
    )
    assert shown(text)[-3:] == ['    File "/x/site-packages/a.py", line 1, in f', "      x", "  KeyError: 1"]


def test_a_cause_comes_before_what_it_caused() -> None:
    details = [
        {"exc_type": "RuntimeError", "exc_value": "outer", "frames": []},
        {"exc_type": "ValueError", "exc_value": "inner", "frames": [], "is_cause": True},
    ]
    lines = shown(
        json.dumps({"level": "error", "event": "failed", "logger": "mine", "error_detail": details})
    )
    assert lines[1:] == [
        "  ValueError: inner",
        "  During handling of the above exception, another exception occurred:",
        "  RuntimeError: outer",
    ]


def test_text_that_no_logger_wrote_is_kept() -> None:
    assert shown("*** Could not read served logs") == ["info    *** Could not read served logs"]
    assert shown("") == []
