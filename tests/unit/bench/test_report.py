"""From the runs to the table and the chart."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.dag_fetch.cases import ALL, Case
from bench.dag_fetch.chart import draw
from bench.dag_fetch.measure import Run
from bench.dag_fetch.report import page
from bench.dag_fetch.results import Results, rows
from bench.dag_fetch.ways import WAYS

MILLISECONDS = {"aws-s3-sync": 6_000.0, "prefix": 500.0, "archive-version": 250.0, "nothing": 4.0}
CASE = Case(200, 20, 0.25)


@pytest.fixture
def results() -> Results:
    """Two cases; in the second round all took twice as long, and the pointer never went well."""
    runs = []
    for case in (Case(200, 0, 0.25), CASE):
        for number in range(3):
            slow = 2 if number == 1 else 1
            for way in WAYS:
                if way.name == "archive-pointer":
                    runs.append(Run(way.name, case.name, number, error="exit code 72: no such object"))
                elif way.name in MILLISECONDS:
                    time = MILLISECONDS[way.name] * slow + case.delay_ms
                    runs.append(Run(way.name, case.name, number, time, 0.12, 20 << 20, 30 << 20, 5))
    machine: dict[str, str | int] = {"date": "2026-11-24", "processor": "a processor", "cores": 2}
    trees = {"200": {"bytes": 2_100_000, "archive_bytes": 500_000}}
    return Results(machine, {"boto3": "1.43"}, {"image": "sha256:0"}, trees, 3, runs, runs[:1])


def test_the_rows_hold_medians_and_count_what_failed(results: Results) -> None:
    by_name = {row.way.name: row for row in rows(results, CASE)}

    assert list(by_name) == ["aws-s3-sync", "prefix", "archive-pointer", "archive-version", "nothing"]
    prefix = by_name["prefix"]
    assert prefix.milliseconds is not None
    assert (prefix.milliseconds.median, prefix.milliseconds.least, prefix.milliseconds.most) == (
        520,
        520,
        1_020,
    )
    assert prefix.ratio == pytest.approx(6_020 / 520)
    assert (prefix.cpu_seconds, prefix.peak_bytes, prefix.failed) == (0.12, 20 << 20, 0)
    pointer = by_name["archive-pointer"]
    assert (pointer.milliseconds, pointer.ratio, pointer.failed) == (None, None, 3)


def test_one_failed_run_leaves_the_others(results: Results) -> None:
    first = next(run for run in results.runs if (run.way, run.case) == ("prefix", CASE.name))
    results.runs.remove(first)
    results.runs.append(
        Run(first.way, first.case, first.number, 1.0, 0.0, 1, 1, 0, error="199 files instead of 200")
    )

    (prefix,) = (row for row in rows(results, CASE) if row.way.name == "prefix")

    assert prefix.milliseconds is not None
    assert (prefix.milliseconds.count, prefix.milliseconds.least, prefix.failed) == (2, 520, 1)
    assert f"prefix, {CASE.name}: 1 of 3 runs failed (199 files instead of 200)" in page(results)


def test_the_page_has_a_table_with_both_ways_to_s3(results: Results) -> None:
    lines = page(results).splitlines()

    assert "## 200 files, 0.25 CPU" in lines
    assert "| way | direct | × | 20 ms a request | × | CPU s | peak MiB |" in lines
    assert (
        "| **this project, prefix** | 500 ms (500 ms–1.00 s) | 12.0× | 520 ms (520 ms–1.02 s) | 11.6× | 0.12 | 20 |"
    ) in lines
    assert "| **this project, archive by pointer** | failed | – | failed | – | – | – |" in lines
    assert "| no fetch at all | 4 ms (4–8 ms) |  | 24 ms (24–28 ms) |  | 0.12 | – |" in lines
    assert "| processor | a processor |" in lines
    assert not [line for line in lines if line.startswith("## 10 files")]


def test_all_tables_have_as_many_cells_in_every_line(results: Results) -> None:
    widths: list[set[int]] = [set()]
    for line in page(results).splitlines():
        if line.startswith("|"):
            widths[-1].add(line.count("|"))
        else:
            widths.append(set())

    assert {len(width) for width in widths if width} == {1}


def test_results_survive_the_disk(results: Results, tmp_path: Path) -> None:
    results.save(tmp_path / "results" / "dag-fetch.json")

    assert Results.load(tmp_path / "results" / "dag-fetch.json") == results


def test_the_chart_is_the_same_bytes_for_the_same_numbers(results: Results, tmp_path: Path) -> None:
    first, second = tmp_path / "first.svg", tmp_path / "second.svg"

    assert draw(results, first)
    assert draw(results, second)

    assert first.read_bytes() == second.read_bytes()
    assert b"<dc:date>" not in first.read_bytes()


def test_no_chart_without_a_case_that_it_shows(results: Results, tmp_path: Path) -> None:
    results.runs[:] = [run for run in results.runs if run.case != CASE.name]

    assert not draw(results, tmp_path / "chart.svg")
    assert list(tmp_path.iterdir()) == []


def test_every_case_has_a_place_on_the_page() -> None:
    runs = [Run(WAYS[0].name, case.name, 0, 10.0, 0.1, 1, 1, 0) for case in ALL]
    shown = page(Results({}, {}, {}, {}, 1, runs))

    assert shown.count("\n## ") == 6 + 2
    assert shown.count("| aws s3 sync (AWS CLI v1) | 10 ms (10–10 ms) | 1× | 10 ms (10–10 ms) | 1× |") == 6
