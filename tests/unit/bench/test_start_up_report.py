"""From the runs of the start-up to its rows, its page and its chart."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.contenders import CONTENDERS
from bench.start_up.cases import Case
from bench.start_up.chart import draw
from bench.start_up.measure import Run
from bench.start_up.report import page
from bench.start_up.results import Results, rows
from bench.start_up.split import Split
from bench.start_up.split_report import floors

CASE = Case("3.3.2", 0.25)
MOMENTS = ("first-process", "entrypoint", "base", "airflow", "imported", "parse", "parsed", "first-line")
FACTORS = {"reference": 4.0, "official": 1.0, "source": 0.5}


def run_of(contender: str, case: Case, number: int) -> Run:
    step = 100 * FACTORS[contender] * (2 if number == 1 else 1)
    marks = {"start": 0.0, **{name: step * place for place, name in enumerate(MOMENTS, start=1)}}
    return Run(contender, case.name, number, marks, 2 * FACTORS[contender], 200 << 20, 100 << 20)


@pytest.fixture
def results() -> Results:
    """Three rounds of which the second was slow; the last run of `source` at 0.25 CPU failed."""
    cases = (Case("3.3.2", None), CASE)
    runs = [run_of(name, case, number) for case in cases for number in range(3) for name in CONTENDERS]
    runs[-1] = Run("source", CASE.name, 2, error="task queued, exit code 1")
    splits = [
        Split(
            name,
            "3.3.2",
            1_500,
            {"sqlalchemy": 100.0, "airflow.sdk": 50.0, **{f"p{number}": 1.0 for number in range(20)}},
            {CASE.name: {"shell": 2.0, "interpreter": 20.0, "imports": 80.0, "parse": 1.0}},
            {"run": 11.0, "heartbeat": 5.0, "state": 9.0},
        )
        for name in CONTENDERS
    ]
    machine: dict[str, str | int] = {"date": "2026-11-25", "processor": "a processor", "cores": 2}
    return Results(machine, {"image": "sha256:0123"}, 3, runs, runs[:1], splits)


def test_the_rows_hold_medians_and_count_what_failed(results: Results) -> None:
    reference, official, source = rows(results, CASE)

    assert reference.milliseconds is not None
    assert (reference.milliseconds.median, reference.milliseconds.most, reference.ratio) == (3_200, 6_400, 1)
    assert (official.ratio, official.airflow_ratio, official.failed) == (4, 4, 0)
    assert (source.ratio, source.failed, source.error) == (8, 1, "task queued, exit code 1")
    assert sum(official.parts.values()) == 800
    assert official.parts["handshake"] == 200


def test_results_survive_their_file(results: Results, tmp_path: Path) -> None:
    results.save(tmp_path / "start-up.json")

    loaded = Results.load(tmp_path / "start-up.json")

    assert loaded == results
    assert (loaded.failed, [case.name for case in loaded.cases()]) == (1, ["3.3.2-fullcpu", "3.3.2-0.25cpu"])


def test_the_page_has_every_case_its_ratios_and_where_the_time_goes(results: Results) -> None:
    text = page(results)

    assert "| reference: the sample image | 1.60 s (1.60–3.20 s) | 1× | 3.20 s (3.20–6.40 s) | 1× |" in text
    assert "| **this project, official-like base** | 400 ms (400–800 ms) | 4.0× | 800 ms" in text
    assert "source base: 1 of 3 runs failed (task queued, exit code 1)" in text
    assert "| interpreter and imports | 400 ms / 100 ms, 4.0× | 100 ms / 100 ms, 1.0× |" in text
    assert "| **all but the runtime start** | 2.80 s / 161 ms, 17.4× | 700 ms / 161 ms, 4.3× |" in text
    assert "| everything else | 7 | 7 | 7 |" in text
    assert "(run, heartbeat)" in text


def test_the_floor_of_the_handshake_leaves_out_what_comes_after_the_task(results: Results) -> None:
    found = floors(results.splits[0], CASE)

    assert found == {"fetch": 40, "entrypoint": 4, "imports": 100, "parse": 1, "handshake": 16}


def test_a_page_without_splits_says_nothing_of_them(results: Results) -> None:
    results.splits.clear()

    assert "Where the time goes" not in page(results)


def test_the_same_results_draw_the_same_chart(results: Results, tmp_path: Path) -> None:
    first, second = tmp_path / "first.svg", tmp_path / "second.svg"

    assert draw(results, first)
    assert draw(results, second)
    assert first.read_bytes() == second.read_bytes()


def test_nothing_is_drawn_when_all_failed(tmp_path: Path) -> None:
    failed = Results({}, {}, 1, [Run("source", CASE.name, 0, error="task queued, exit code 1")])

    assert not draw(failed, tmp_path / "chart.svg")


@pytest.mark.parametrize("case", [Case("3.3.2", None), Case("2.11.2", 0.25)])
def test_a_case_is_known_by_its_name(case: Case) -> None:
    assert Case.named(case.name) == case
