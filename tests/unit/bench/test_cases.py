"""The matrix and the order in which it is run."""

from __future__ import annotations

from collections import Counter

from bench.dag_fetch.cases import ALL, QUICK, matching
from bench.order import rounds


def test_the_matrix_is_complete() -> None:
    assert len({case.name for case in ALL}) == 3 * 2 * 2
    assert {case.name for case in QUICK} == {"200-files-20ms-fullcpu", "200-files-20ms-0.25cpu"}
    assert set(QUICK) <= set(ALL)


def test_cases_are_chosen_by_patterns() -> None:
    assert matching(()) == ALL
    assert {case.files for case in matching(["2000-*"])} == {2_000}
    assert [case.name for case in matching(["10-*-direct-*", "*-0.25cpu"], QUICK)] == [
        "200-files-20ms-0.25cpu"
    ]
    assert matching(["no-such-case"]) == ()


def test_every_round_has_every_way_once_and_begins_with_another() -> None:
    order = list(rounds("abc", 4))

    assert [number for number, _ in order] == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert set(Counter(order).values()) == {1}
    assert "".join(way for _, way in order) == "abcbcacababc"
