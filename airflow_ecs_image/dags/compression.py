"""gzip whose bytes follow from the content alone.

What zlib writes differs between its builds (zlib-ng, which Fedora and others ship as zlib, finds other matches than
zlib), so that the same DAGs would get another name on another machine. Here every choice is made in integers and in
Python: same content, same bytes, whatever the processor, the system and the Python. Any gzip can read them.
RFC 1951 is deflate, RFC 1952 is gzip.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby

from airflow_ecs_image.dags.matches import (
    FARTHEST_MATCH,
    LONGEST_MATCH,
    distance_of,
    is_match,
    length_of,
    tokens,
)
from airflow_ecs_image.dags.prefix_code import word_lengths, words

# No time, no name of a file, no system.
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_PART_BYTES = 1 << 18
_BLOCK_TOKENS = 1 << 15
_LONGEST_STORED = 0xFFFF

_END_OF_BLOCK = 256
_FIRST_LENGTH = 257
_LONGEST_WORD = 15
_LONGEST_WORD_OF_LENGTHS = 7
# RFC 1951, 3.2.7: the order in which the code of the word lengths is written.
_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)


def gzip(data: bytes, progress: Callable[[int], None] = lambda _: None) -> bytes:
    """`data` as one gzip member; `progress` gets the bytes done so far.

    The result is unpacked and compared before it is returned.
    """
    body = b"".join(_deflate(data, progress))
    packed = _GZIP_HEADER + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)
    if zlib.decompress(packed, wbits=31) != data:
        raise AssertionError("what was compressed does not unpack to what it was made from")
    return packed


def _deflate(data: bytes, progress: Callable[[int], None]) -> Iterator[bytes]:
    """The blocks of `data`, in whole bytes. Each part is searched on its own: what is remembered stays small."""
    waiting = ""
    for start in range(0, len(data), _PART_BYTES) or (0,):
        end = min(start + _PART_BYTES, len(data))
        found = tokens(data, start, end)
        position = start
        for first in range(0, len(found), _BLOCK_TOKENS) or (0,):
            block = found[first : first + _BLOCK_TOKENS]
            size = sum(length_of(token) if is_match(token) else 1 for token in block)
            final = "1" if end == len(data) and first + _BLOCK_TOKENS >= len(found) else "0"
            bits = _compressed_block(block)
            if len(bits) >= 8 * size and size <= _LONGEST_STORED:
                # Every block but the last is followed by another, which begins at any bit.
                yield _bytes(_padded(waiting + final + "00"))
                yield struct.pack("<HH", size, size ^ _LONGEST_STORED) + data[position : position + size]
                waiting = ""
            else:
                bits = waiting + final + bits
                whole = len(bits) - len(bits) % 8
                yield _bytes(bits[:whole])
                waiting = bits[whole:]
            position += size
        progress(end)
    yield _bytes(_padded(waiting))


def _compressed_block(block: list[int]) -> str:
    """The bits of a block with codes of its own, without the bit that says whether it is the last."""
    matches = [token for token in block if is_match(token)]
    letters = Counter(token for token in block if not is_match(token))
    letters.update(_LENGTHS[length_of(token)][0] for token in matches)
    letters[_END_OF_BLOCK] = 1
    distances = Counter(_DISTANCES[distance_of(token)][0] for token in matches) or Counter({0: 1})
    letter_lengths = word_lengths(letters, _LONGEST_WORD)
    distance_lengths = word_lengths(distances, _LONGEST_WORD)
    letter_words, distance_words = words(letter_lengths), words(distance_lengths)
    of_token: dict[int, str] = {token: letter_words[token] for token in set(block) if not is_match(token)}
    for token in set(matches):
        length, length_extra = _LENGTHS[length_of(token)]
        distance, distance_extra = _DISTANCES[distance_of(token)]
        of_token[token] = letter_words[length] + length_extra + distance_words[distance] + distance_extra
    content = "".join([of_token[token] for token in block])
    return "01" + _codes(letter_lengths, distance_lengths) + content + letter_words[_END_OF_BLOCK]


def _codes(letters: dict[int, int], distances: dict[int, int]) -> str:
    """The bits that say both codes, themselves compressed (RFC 1951, 3.2.7)."""
    letter_count, distance_count = max(letters) + 1, max(distances) + 1
    lengths = [letters.get(symbol, 0) for symbol in range(letter_count)]
    lengths += [distances.get(symbol, 0) for symbol in range(distance_count)]
    runs = [run for length, group in groupby(lengths) for run in _runs(length, len(list(group)))]
    run_lengths = word_lengths(Counter(symbol for symbol, _ in runs), _LONGEST_WORD_OF_LENGTHS)
    run_words = words(run_lengths)
    count = max(4, 1 + max(place for place, symbol in enumerate(_ORDER) if symbol in run_lengths))
    head = _number(letter_count - _FIRST_LENGTH, 5) + _number(distance_count - 1, 5) + _number(count - 4, 4)
    head += "".join(_number(run_lengths.get(symbol, 0), 3) for symbol in _ORDER[:count])
    return head + "".join(run_words[symbol] + extra for symbol, extra in runs)


def _runs(length: int, count: int) -> Iterator[tuple[int, str]]:
    """A word length that comes `count` times in a row: symbols with their extra bits."""
    if length:
        yield length, ""
        count -= 1
    kinds = ((16, 3, 6, 2),) if length else ((18, 11, 138, 7), (17, 3, 10, 3))
    for symbol, fewest, most, width in kinds:
        while count >= fewest:
            times = min(count, most)
            yield symbol, _number(times - fewest, width)
            count -= times
    for _ in range(count):
        yield length, ""


def _number(value: int, width: int) -> str:
    """A number as deflate writes it, the lowest bit first."""
    return format(value, f"0{width}b")[::-1] if width else ""


def _padded(bits: str) -> str:
    return bits + "0" * (-len(bits) % 8)


def _bytes(bits: str) -> bytes:
    """Whole bytes of bits, of which the first written is the lowest of its byte."""
    return int(bits[::-1] or "0", 2).to_bytes(len(bits) // 8, "little")


def _table(first_symbol: int, widths: list[int], smallest: int, largest: int) -> list[tuple[int, str]]:
    """For each value its symbol and the extra bits behind it; `widths` are how many bits each symbol has."""
    table = [(0, "")] * (largest + 1)
    value = smallest
    for symbol, width in enumerate(widths, first_symbol):
        for extra in range(1 << width):
            if value + extra <= largest:
                table[value + extra] = (symbol, _number(extra, width))
        value += 1 << width
    return table


# RFC 1951, 3.2.5. A length of 258 has a symbol of its own.
_LENGTHS = _table(
    _FIRST_LENGTH, [0] * 8 + [width for width in range(1, 6) for _ in range(4)], 3, LONGEST_MATCH
)
_LENGTHS[LONGEST_MATCH] = (_FIRST_LENGTH + 28, "")
_DISTANCES = _table(0, [0, 0, *(width for width in range(14) for _ in range(2))], 1, FARTHEST_MATCH)
