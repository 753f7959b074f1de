"""Prefix codes (Huffman codes) as deflate has them: no word longer than a limit, and canonical (RFC 1951, 3.2.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


def word_lengths(frequencies: Mapping[int, int], longest: int) -> dict[int, int]:
    """The length in bits of each symbol's word in a best code whose words have at most `longest` bits.

    By package-merge. Equal frequencies are ordered by symbol, so that the same frequencies give the same code.
    """
    leaves = sorted((count, (symbol,)) for symbol, count in frequencies.items())
    if len(leaves) == 1:
        return {leaves[0][1][0]: 1}
    packages: list[tuple[int, tuple[int, ...]]] = []
    for _ in range(longest):
        # The sort is stable: of equal weights a leaf comes before a package.
        items = sorted([*leaves, *packages], key=lambda item: item[0])
        packages = [
            (first[0] + second[0], first[1] + second[1])
            for first, second in zip(items[::2], items[1::2], strict=False)
        ]
    lengths: Counter[int] = Counter()
    for _, symbols in packages[: len(leaves) - 1]:
        lengths.update(symbols)
    return dict(lengths)


def words(lengths: Mapping[int, int]) -> dict[int, str]:
    """The canonical word of each symbol as a text of 0 and 1, the bit that is written first in front."""
    code, reached, found = 0, 0, {}
    for length, symbol in sorted((length, symbol) for symbol, length in lengths.items()):
        code <<= length - reached
        reached = length
        found[symbol] = format(code, f"0{length}b")
        code += 1
    return found
