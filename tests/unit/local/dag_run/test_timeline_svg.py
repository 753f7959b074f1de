"""The picture is well-formed, the same every time, and holds no name as markup."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from airflow_ecs_image.local.dag_run.moments import Moments
from airflow_ecs_image.local.dag_run.spans import spans_of
from airflow_ecs_image.local.dag_run.timeline import Timeline, TimelineRow
from airflow_ecs_image.local.dag_run.timeline_svg import svg_of, tick_seconds

SVG = "{http://www.w3.org/2000/svg}"
MOMENTS = Moments(
    100.0, 100.2, 100.4, 100.6, 100.65, 101.0, 101.1, 103.4, 103.6, 103.7, 103.8, 103.9, 104.2, 105.0, 105.2
)


def row(
    task: str = "compute", state: str = "success", ecs_task: str | None = "ab" * 16, number: int = 1
) -> TimelineRow:
    spans = spans_of(MOMENTS, major=3, is_local=ecs_task is None)
    return TimelineRow(task, number, state, "AwsEcsExecutor", ecs_task, 0, spans)


def picture(*rows: TimelineRow, dag_id: str = "A-DAG", state: str = "success") -> ET.Element:
    return ET.fromstring(svg_of(Timeline(dag_id, "run", state, rows)))


def texts(picture: ET.Element) -> list[str]:
    return ["".join(each.itertext()) for each in picture.iter(f"{SVG}text")]


def test_every_phase_has_a_bar_a_tooltip_and_a_legend() -> None:
    drawn = picture(row())
    bars = {
        each.get("class"): title.text
        for each in drawn.iter(f"{SVG}rect")
        if (title := each.find(f"{SVG}title")) is not None
    }
    assert bars["imports"] == "Python and imports: 2.30 s"
    assert len(bars) == 13
    assert {"Python and imports", "task code", "DAG fetch"} <= set(texts(drawn))


def test_bars_of_a_row_touch_each_other() -> None:
    bars = [
        (float(each.get("x", "")), float(each.get("width", "")))
        for each in picture(row()).iter(f"{SVG}rect")
        if each.find(f"{SVG}title") is not None
    ]
    for (x, width), (following, _) in pairwise(bars):
        assert x + width == pytest.approx(following, abs=0.7)


def test_all_is_inside_of_the_paper() -> None:
    drawn = picture(*(row("a_rather_long_name_of_a_task_" * 3, number=number) for number in range(1, 40)))
    width, height = float(drawn.get("width", "")), float(drawn.get("height", ""))
    for each in drawn.iter():
        if each.get("x") is not None and each.get("class") != "paper":
            assert 0 <= float(each.get("x", "")) + float(each.get("width", "0")) <= width
            assert 0 <= float(each.get("y", "")) + float(each.get("height", "0")) <= height


def test_names_are_text() -> None:
    drawn = picture(row('<script>&"\x1b[0m'), dag_id='</svg>"&')
    assert drawn.find(f".//{SVG}script") is None
    assert '</svg>"&' in texts(drawn)
    assert '<script>&"[0m' in texts(drawn)


def test_the_ends_of_a_long_name_are_kept() -> None:
    (label,) = [
        text for text in texts(picture(row("compute_" * 8 + "[12]", number=2))) if text.startswith("compute_")
    ]
    assert label.endswith("[12] try 2")
    assert len(label) == 30


def test_a_local_task_is_called_so() -> None:
    assert "planlocal" in texts(picture(row("plan", ecs_task=None)))


def test_a_failed_run_is_red() -> None:
    tones = {
        each.text: each.get("class")
        for each in picture(row(state="failed"), state="failed").iter(f"{SVG}text")
    }
    assert tones["failed, 5.2 s, 1 task run"] == "bad"
    assert tones["compute"] == "number bad"


def test_without_any_task() -> None:
    assert "success, 0.0 s, 0 task runs" in texts(picture())


def test_the_same_bytes_every_time() -> None:
    timeline = Timeline("A", "run", "success", (row(), row("b", ecs_task=None)))
    assert svg_of(timeline) == svg_of(timeline)
    assert not re.search(r"\d{5}\.\d", svg_of(timeline)), (
        "an epoch time in the picture would change every time"
    )


@pytest.mark.parametrize(
    ("seconds", "step"),
    [(0.001, 0.0002), (0.9, 0.1), (5.2, 1), (9, 1), (9.1, 2), (45, 5), (46, 10), (3600, 500)],
)
def test_an_axis_has_at_most_nine_marks(seconds: float, step: float) -> None:
    assert tick_seconds(seconds) == pytest.approx(step)


def test_light_and_dark() -> None:
    text = svg_of(Timeline("A", "run", "success", (row(),)))
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    assert ".code { fill: #0969da; }" in light
    assert ".code { fill: #4493f8; }" in dark
