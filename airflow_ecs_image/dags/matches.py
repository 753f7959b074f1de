"""What a text repeats of itself: the first half of deflate."""

from __future__ import annotations

LONGEST_MATCH = 258
FARTHEST_MATCH = 1 << 15

_LENGTH_BITS = 9
_SHORTEST = 5
_STRIDE = 32
_REMEMBERED_INSIDE = 32


def tokens(data: bytes, start: int, end: int) -> list[int]:
    """`data[start:end]` as literals, which are bytes, and matches, which are larger numbers (see `is_match`).

    A match repeats what came before it in the same part. Nothing but the bytes decides which are found.
    """
    seen: dict[bytes, int] = {}
    found: list[int] = []
    position, last = start, end - _SHORTEST
    while position <= last:
        earlier = _earlier(data, position, seen)
        if earlier is None:
            found.append(data[position])
            position += 1
            continue
        length = _common(data, earlier, position, end)
        # A longer match that begins one byte later is worth a literal.
        while position < last:
            next_earlier = _earlier(data, position + 1, seen)
            if next_earlier is None:
                break
            next_length = _common(data, next_earlier, position + 1, end)
            if next_length <= length:
                break
            found.append(data[position])
            position, earlier, length = position + 1, next_earlier, next_length
        found.append((position - earlier) << _LENGTH_BITS | length)
        if length <= _REMEMBERED_INSIDE:
            for inside in range(position + 2, min(position + length, last + 1)):
                seen[data[inside : inside + _SHORTEST]] = inside
        position += length
    found.extend(data[position:end])
    return found


def is_match(token: int) -> bool:
    """Whether a token is a match; else it is a literal."""
    return token >> _LENGTH_BITS > 0


def length_of(token: int) -> int:
    """The bytes that a match repeats."""
    return token & ((1 << _LENGTH_BITS) - 1)


def distance_of(token: int) -> int:
    """How many bytes back a match finds them."""
    return token >> _LENGTH_BITS


def _earlier(data: bytes, position: int, seen: dict[bytes, int]) -> int | None:
    """Where the next bytes were seen last, if that is near enough; they are remembered here from now on."""
    key = data[position : position + _SHORTEST]
    earlier = seen.get(key)
    seen[key] = position
    return earlier if earlier is not None and position - earlier <= FARTHEST_MATCH else None


def _common(data: bytes, earlier: int, position: int, end: int) -> int:
    """How many bytes are the same at both places, up to what a match can hold."""
    length, most = _SHORTEST, min(LONGEST_MATCH, end - position)
    while (
        length + _STRIDE <= most
        and data[earlier + length : earlier + length + _STRIDE]
        == data[position + length : position + length + _STRIDE]
    ):
        length += _STRIDE
    while length < most and data[earlier + length] == data[position + length]:
        length += 1
    return length
