"""The order of the runs of a measurement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

_Item = TypeVar("_Item")


def turned(items: Sequence[_Item], number: int) -> tuple[_Item, ...]:
    """The items in their order, begun by the one at position `number`, counted around."""
    first = number % len(items)
    return (*items[first:], *items[:first])


def rounds(items: Sequence[_Item], runs: int) -> Iterator[tuple[int, _Item]]:
    """The order of the runs of one case: every item once a round, each round begun by the next item.

    So what else the machine does meets all items alike, and none always follows the same other one.
    """
    for number in range(runs):
        for item in turned(items, number):
            yield number, item
