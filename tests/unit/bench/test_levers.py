"""From bytes and starts of the variants to what each lever saves, on the page and in the chart."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflow_ecs_image.spec.levers import LEVERS
from bench.contenders import Contender
from bench.levers.chart import draw
from bench.levers.report import page, spoken_bytes, spoken_seconds, summary
from bench.levers.results import Results, Timing, Weight, rows
from bench.levers.run import timing_of
from bench.levers.variants import DEFAULTS, Variant, switched
from bench.start_up.measure import FIRST_LINE, Run

AIRFLOW = "3.3.2"


@pytest.fixture
def results() -> Results:
    """`quick` is on and saves time, `small` is on and saves bytes alone, `spare` is off and costs time when it is on.

    The second of three rounds was slow for all.
    """
    sizes = {DEFAULTS: 100_000_000, "quick": 100_000_000, "small": 112_300_000, "spare": 99_955_000}
    extra = {DEFAULTS: (0, 0, 0), "quick": (400, 500, 600), "small": (-20, 30, 10), "spare": (100, 100, 200)}
    weights = [Weight(name, AIRFLOW, size, 3 * size) for name, size in sizes.items()]
    timings = [
        Timing(name, AIRFLOW, number, slow + extra[name][number], 1.0 + extra[name][number] / 2000)
        for number, slow in enumerate((4000, 9000, 4100))
        for name in sizes
    ]
    machine: dict[str, str | int] = {"date": "2026-01-02", "processor": "a processor", "cores": 2}
    levers = {"quick": True, "small": True, "spare": False}
    return Results(machine, {"a:1": "sha256:1"}, 3, levers, weights, timings)


def test_a_variant_is_unlike_the_defaults_in_one_lever() -> None:
    assert switched(DEFAULTS) == {}
    for lever in LEVERS:
        assert switched(lever.name) == {lever.name: not lever.default}


def test_what_is_saved_is_off_less_on_of_the_same_round(results: Results) -> None:
    quick, small, spare = rows(results, AIRFLOW)

    assert quick.milliseconds.saved is not None
    assert (quick.milliseconds.saved.median, quick.milliseconds.saved.least) == (500, 400)
    assert (quick.milliseconds.off, quick.milliseconds.on) == (4700, 4100)
    assert quick.milliseconds.ratio == pytest.approx(1.1)
    assert small.compressed.saved is not None
    assert small.compressed.saved.median == 12_300_000
    assert spare.compressed.saved is not None
    assert (spare.compressed.saved.median, spare.milliseconds.seen) == (45_000, -100)


def test_a_difference_is_seen_when_the_rounds_agree_on_its_sign(results: Results) -> None:
    quick, small, _ = rows(results, AIRFLOW)

    assert (quick.milliseconds.seen, small.milliseconds.seen) == (500, None)


def test_a_failed_run_counts_in_no_difference(results: Results) -> None:
    results.timings[1] = Timing("quick", AIRFLOW, 0, error="task failed, exit code 1")

    row = rows(results, AIRFLOW)[0]

    assert row.milliseconds.saved is not None
    assert (row.milliseconds.saved.count, row.failed, results.failed) == (2, 1, 1)
    assert "- `quick` switched over: 1 of 3 runs failed (task failed, exit code 1)" in page(results)


def test_the_summary_says_what_each_lever_saves(results: Results) -> None:
    assert summary(results).splitlines() == [
        "| lever | 3.3.2: bytes | 3.3.2: time | 3.3.2: CPU |",
        "|---|--:|--:|--:|",
        "| `quick` | 0 | 0.50 s | 0.25 s |",
        "| `small` | 12.3 MB | none seen | none seen |",
        "| `spare` | 45 kB | −0.10 s | −0.05 s |",
    ]


def test_the_page_has_the_summary_and_each_lever_off_and_on(results: Results) -> None:
    text = page(results)

    assert summary(results) in text
    assert (
        "| `quick` | on | 100.0 MB | 100.0 MB | 0 | 0 | 4.70 s | 4.10 s | 0.50 s (0.40 to 0.60 s) | 1.1× |"
        in text
    )
    assert "| `spare` | off | 100.0 MB | 100.0 MB | 45 kB | 135 kB | 4.10 s | 4.30 s |" in text


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (-499, "0"), (-45_000, "−45 kB"), (999_600, "1.0 MB"), (12_340_000, "12.3 MB")],
)
def test_bytes_are_spoken(value: float, said: str) -> None:
    assert spoken_bytes(value) == said


def test_seconds_that_round_to_nothing_have_no_sign() -> None:
    assert [spoken_seconds(value) for value in (-0.004, -0.03, 1.2)] == ["0.00 s", "−0.03 s", "1.20 s"]


def test_a_run_that_failed_has_no_numbers() -> None:
    variant = Variant("quick", Contender("source", AIRFLOW, "tag"))

    good = timing_of(Run("source", "case", 2, {FIRST_LINE: 900.0}, 0.5), variant)
    failed = timing_of(Run("source", "case", 2, {FIRST_LINE: 900.0}, 0.5, error="task queued"), variant)

    assert good == Timing("quick", AIRFLOW, 2, 900.0, 0.5)
    assert failed == Timing("quick", AIRFLOW, 2, error="task queued")


def test_results_survive_their_file(results: Results, tmp_path: Path) -> None:
    results.save(tmp_path / "new" / "levers.json")

    assert Results.load(tmp_path / "new" / "levers.json") == results


def test_the_same_results_draw_the_same_chart(results: Results, tmp_path: Path) -> None:
    first, second = tmp_path / "first.svg", tmp_path / "second.svg"

    assert draw(results, first)
    assert draw(results, second)
    assert first.read_bytes() == second.read_bytes()


def test_nothing_is_drawn_when_nothing_was_timed(results: Results, tmp_path: Path) -> None:
    results.timings.clear()

    assert not draw(results, tmp_path / "chart.svg")
