"""Which version is meant, which came before, which may go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_ecs_image.dags.versions import (
    Version,
    archive_name,
    named,
    newest_first,
    one_before,
    sha256_of,
    superfluous,
)
from airflow_ecs_image.errors import VersionNotFound

PLACE = "s3://bucket/dags"
A, B, C, D = (letter * 64 for letter in "abcd")


def version(sha256: str, minute: int) -> Version:
    return Version(archive_name(sha256), 100, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute))


ALL = [version(B, 2), version(A, 1), version(D, 4), version(C, 3)]


@pytest.mark.parametrize(
    ("name", "sha256"),
    [
        (f"dags-{A}.tar.gz", A),
        (f"dags-{A}.tar", A),
        (f"dags-{A}.tgz", None),
        (f"dags-{A}.tar.gz.part", None),
        (f"x/dags-{A}.tar.gz", None),
        (f"dags-{A[:-1]}.tar", None),
        (f"dags-{A.upper()}.tar", None),
        ("latest.sha256", None),
    ],
)
def test_a_version_is_known_by_its_name(name: str, sha256: str | None) -> None:
    assert sha256_of(name) == sha256


def test_the_newest_comes_first() -> None:
    assert [each.sha256 for each in newest_first(ALL)] == [D, C, B, A]


@pytest.mark.parametrize("word", ["bbbb", B, B[:12].upper(), archive_name(B), f"{PLACE}/{archive_name(B)}"])
def test_a_version_has_several_names(word: str) -> None:
    assert named(word, ALL, PLACE).sha256 == B


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("bbb", "at least 4 characters"),
        ("", "at least 4 characters"),
        ("eeee", "no such version"),
        (archive_name("e" * 64), "no such version"),
        ("ffff", "2 versions begin with it"),
    ],
)
def test_a_word_that_names_none(word: str, reason: str) -> None:
    twins = [version("f" * 63 + end, 5) for end in "01"]
    with pytest.raises(VersionNotFound, match=reason) as caught:
        named(word, [*ALL, *twins], PLACE)
    assert PLACE in caught.value.message
    assert "dags list" in (caught.value.mend or "")


def test_the_one_before_is_what_was_current_and_not_what_was_uploaded() -> None:
    """A was pushed, then a broken B, then A again, then D: before D counted A, though B was uploaded later."""
    assert one_before(D, [A, B], ALL, PLACE).sha256 == A


def test_without_a_memory_it_is_what_was_uploaded_before() -> None:
    assert one_before(C, None, ALL, PLACE).sha256 == B


def test_what_is_gone_is_passed_over() -> None:
    assert one_before(D, ["0" * 64, B], ALL, PLACE).sha256 == B


@pytest.mark.parametrize(
    ("current", "earlier", "versions"),
    [(A, None, ALL), ("0" * 64, None, ALL), (A, None, [version(A, 1)]), (A, None, []), (D, [], ALL),
     (D, ["0" * 64], ALL)],
)  # fmt: skip
def test_there_may_be_none_before(current: str, earlier: list[str] | None, versions: list[Version]) -> None:
    with pytest.raises(VersionNotFound, match="no version from before"):
        one_before(current, earlier, versions, PLACE)


def hashes(versions: list[Version]) -> list[str]:
    return [each.sha256 for each in versions]


def test_the_oldest_go() -> None:
    assert hashes(superfluous(ALL, 2, [D])) == [B, A]
    assert superfluous(ALL, 4, [D]) == superfluous(ALL, 9, []) == []


def test_the_current_one_stays_however_old_it_is() -> None:
    assert hashes(superfluous(ALL, 1, [A])) == [D, C, B]
    assert hashes(superfluous(ALL, 2, [A])) == [C, B]
    assert hashes(superfluous(ALL, 2, [A, B, C])) == [D]


@given(
    st.dictionaries(st.sampled_from([letter * 64 for letter in "0123456789"]), st.integers(0, 3)),
    st.integers(1, 12),
    st.sets(st.sampled_from([letter * 64 for letter in "01234"])),
)
def test_what_stays(minutes: dict[str, int], keep: int, spared: set[str]) -> None:
    versions = [version(sha256, minute) for sha256, minute in minutes.items()]
    gone = set(hashes(superfluous(versions, keep, spared)))
    stays = minutes.keys() - gone
    assert spared & minutes.keys() <= stays
    assert len(stays) == min(len(minutes), max(keep, len(spared & minutes.keys())))
    newest_gone = max((minutes[sha256] for sha256 in gone), default=-1)
    assert all(minutes[sha256] >= newest_gone for sha256 in stays - spared)
