"""The table's seconds and the document's agree with the spans."""

from __future__ import annotations

import json

from airflow_ecs_image.local.dag_run.moments import Moments
from airflow_ecs_image.local.dag_run.spans import spans_of
from airflow_ecs_image.local.dag_run.timeline import Timeline, TimelineRow, document_of, table_of

ECS = TimelineRow(
    *("compute", 2, "failed", "AwsEcsExecutor", "ab" * 16, 137),
    spans_of(Moments(run_task=101.0, created=101.5, started=102.0, airflow=102.25, finished=105.0), major=3),
)
LOCAL = TimelineRow(
    *("plan", 1, "success", "LocalExecutor", None, None),
    spans_of(
        Moments(queued=100.0, runner=100.5, code=100.6, code_end=100.7, finished=101.0),
        major=3,
        is_local=True,
    ),
)
TIMELINE = Timeline("A", "run", "failed", (LOCAL, ECS))


def test_a_column_for_each_phase_that_is_there() -> None:
    headings, rows = table_of(TIMELINE)
    assert headings[2:] == [
        *("queued", "ECS", "container", "entrypoint", "imports", "runner", "code", "exit", "total")
    ]
    values = dict(zip(headings, rows[1], strict=True))
    assert rows[1][:2] == ["compute try 2", "failed"]
    assert values["ECS"].strip() == "0.50"
    assert values["imports"].strip() == "2.75"
    assert values["code"].strip() == ""
    assert values["total"].strip() == "4.00"


def test_a_narrow_terminal_gets_groups_of_phases_with_the_same_totals() -> None:
    whole, wide = table_of(TIMELINE, 200)
    assert (whole, wide) == table_of(TIMELINE)
    headings, rows = table_of(TIMELINE, 80)
    assert headings == [
        "task",
        "state",
        "queued",
        "ECS",
        "entrypoint",
        "imports",
        "Airflow",
        "code",
        "exit",
        "total",
    ]
    assert dict(zip(headings, rows[1], strict=True))["ECS"].strip() == "1.00"
    assert [row[-1] for row in rows] == [row[-1] for row in wide]


def test_the_sums_are_below_several_rows_only() -> None:
    headings, rows = table_of(TIMELINE)
    assert rows[-1][0] == "sum"
    assert dict(zip(headings, rows[-1], strict=True))["total"].strip() == "5.00"
    _, rows = table_of(Timeline("A", "run", "success", (LOCAL,)))
    assert [row[0] for row in rows] == ["plan"]


def test_the_document_counts_from_the_first_moment() -> None:
    document = json.loads(json.dumps(document_of(TIMELINE)))
    assert document["start"] == "1970-01-01T00:01:40.000+00:00"
    assert document["seconds"] == 5.0
    plan, compute = document["tasks"]
    assert plan["spans"][0] == {"phase": "queued", "covers": [], "start": 0.0, "seconds": 0.5}
    assert (compute["ecs_task"], compute["exit_code"], compute["try"]) == ("ab" * 16, 137, 2)
    assert compute["spans"][-1]["covers"] == [*("supervisor", "runner", "dag", "preparation", "code", "exit")]
    assert sum(span["seconds"] for span in compute["spans"]) == compute["seconds"]


def test_nothing_ran() -> None:
    assert table_of(Timeline("A", "run", "failed", ()))[1] == []
    assert document_of(Timeline("A", "run", "failed", ())) == {"start": None, "seconds": 0.0, "tasks": []}
