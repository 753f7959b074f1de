"""gzip of our own: any content comes back, and its bytes are the same on every machine and in every release."""

from __future__ import annotations

import ast
import gzip as of_python
import hashlib
import inspect
import random
import zlib
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from airflow_ecs_image.dags import compression, matches, prefix_code
from airflow_ecs_image.dags.compression import gzip
from airflow_ecs_image.dags.prefix_code import word_lengths, words

WORDS = [b"from airflow", b" import DAG\n", b"    ", b"task", b"\0" * 300, b"\xff\xfe", "ü日本".encode()]


def text(size: int, seed: int = 1) -> bytes:
    """Something like a program: words of a few lengths, some often and some seldom."""
    dice = random.Random(seed)
    vocabulary = [dice.randbytes(dice.randint(2, 9)).hex().encode() for _ in range(300)]
    found = bytearray()
    while len(found) < size:
        found += vocabulary[min(dice.randrange(300), dice.randrange(300))] + dice.choice([b" ", b"\n", b"("])
    return bytes(found[:size])


@given(st.binary(max_size=3000) | st.lists(st.sampled_from(WORDS), max_size=200).map(b"".join))
@example(b"")
@example(b"a")
@example(b"a" * 100_000)
@example(bytes(range(256)) * 3)
def test_any_content_comes_back(content: bytes) -> None:
    assert of_python.decompress(gzip(content)) == content


@pytest.mark.parametrize("size", [65_535, 65_536, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, 700_000])
@pytest.mark.parametrize("kind", ["text", "noise", "both"])
def test_content_of_many_blocks_and_parts_comes_back(kind: str, size: int) -> None:
    noise = random.Random(size).randbytes(size)
    content = {"text": text(size), "noise": noise, "both": text(size // 2) + noise[: size - size // 2]}[kind]
    assert of_python.decompress(gzip(content)) == content


def test_noise_grows_by_next_to_nothing() -> None:
    noise = random.Random(1).randbytes(300_000)
    assert len(gzip(noise)) < len(noise) + 200


def test_a_text_gets_nearly_as_small_as_by_zlib() -> None:
    content = text(400_000)
    assert len(gzip(content)) < 1.25 * len(zlib.compress(content, 6))


def test_what_repeats_gets_small() -> None:
    assert len(gzip(b"x" * 1_000_000)) < 6_000


def test_the_header_names_no_time_no_file_and_no_system() -> None:
    assert gzip(b"a")[:10] == b"\x1f\x8b\x08\0\0\0\0\0\0\xff"


@pytest.mark.parametrize(
    ("content", "sha256"),
    [
        (b"", "30e6fa98fb48c2b132824d1ac5e2243c0be9e9082ff32598d34d7687ca7f6c7f"),
        (text(700_000), "b75b2e120fb47758c2fb42bbe9e7fd9d6bbb54d09defbb9ecaa67d7fc5ac04d9"),
        (
            random.Random(2).randbytes(100_000),
            "b613cc9c7301dad97312d22d89cd7aedd8ce1a4114613434ee6ed95684fe1baf",
        ),
    ],
)
def test_the_bytes_stay_the_same(content: bytes, sha256: str) -> None:
    """Another result here means that every archive gets another name with the next release."""
    assert hashlib.sha256(gzip(content)).hexdigest() == sha256


def test_no_compressor_and_no_fraction_decides_anything() -> None:
    """What makes the bytes independent of the zlib build and of the processor: zlib only sums up and unpacks."""
    of_zlib, fractions = set(), []
    for module in (compression, matches, prefix_code):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "zlib"
            ):
                of_zlib.add(node.attr)
            if isinstance(node, ast.Div) or (
                isinstance(node, ast.Constant) and isinstance(node.value, float)
            ):
                fractions.append(node)
    assert of_zlib == {"crc32", "decompress"}
    assert fractions == []


def test_a_wrong_result_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    right = matches.tokens
    monkeypatch.setattr(compression, "tokens", lambda *part: right(*part)[:-1])
    with pytest.raises((AssertionError, zlib.error)):
        gzip(b"some content")


def test_progress_reaches_the_end() -> None:
    seen: list[int] = []
    gzip(text(600_000), seen.append)
    assert seen == [1 << 18, 2 << 18, 600_000]


@given(
    st.dictionaries(st.integers(0, 285), st.integers(1, 1 << 40), min_size=2, max_size=286),
    st.sampled_from([9, 15]),
)
@settings(max_examples=200)
def test_a_code_is_complete_and_no_word_too_long(frequencies: dict[int, int], longest: int) -> None:
    lengths = word_lengths(frequencies, longest)
    assert lengths.keys() == frequencies.keys()
    assert max(lengths.values()) <= longest
    assert sum(1 << (longest - length) for length in lengths.values()) == 1 << longest
    found = sorted(words(lengths).values())
    assert not any(later.startswith(earlier) for earlier, later in pairwise(found))


def test_a_frequent_symbol_has_a_short_word() -> None:
    assert word_lengths({1: 100, 2: 50, 3: 20, 4: 10}, 15) == {1: 1, 2: 2, 3: 3, 4: 3}
    assert word_lengths({7: 1}, 15) == {7: 1}
    fibonacci = [1, 1]
    while len(fibonacci) < 30:
        fibonacci.append(sum(fibonacci[-2:]))
    assert max(word_lengths(dict(enumerate(fibonacci)), 15).values()) == 15
