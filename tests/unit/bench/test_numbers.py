"""Medians, ratios and how they are written."""

from __future__ import annotations

import pytest

from bench.numbers import Spread, median_ratio, spoken_milliseconds, spoken_ratio, spread


def test_the_spread_of_some_runs() -> None:
    assert spread([30, 10, 20, 90]) == Spread(median=25, least=10, most=90, count=4)
    assert spread([]) is None


def test_a_ratio_compares_within_a_round() -> None:
    # Everything took twice as long in the second round: the ratio does not see it, a ratio of the medians would.
    assert median_ratio({0: 100, 1: 200, 2: 300}, {0: 10, 1: 20}) == 10


def test_a_round_that_failed_on_either_side_does_not_count() -> None:
    assert median_ratio({0: 100, 2: 100}, {0: 50, 1: 1}) == 2
    assert median_ratio({0: 100}, {1: 50}) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (3.2, "3 ms"),
        (999.4, "999 ms"),
        (999.6, "1.00 s"),
        (1_236, "1.24 s"),
        (9_996, "10.0 s"),
        (24_140, "24.1 s"),
    ],
)
def test_milliseconds_in_three_figures(value: float, words: str) -> None:
    assert spoken_milliseconds(value) == words


@pytest.mark.parametrize(("value", "words"), [(0.824, "0.82×"), (1, "1.0×"), (6.44, "6.4×"), (24.4, "24×")])
def test_ratios_in_two_figures(value: float, words: str) -> None:
    assert spoken_ratio(value) == words
