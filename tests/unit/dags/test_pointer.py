"""The pointer's one line, and what it remembers."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_ecs_image.dags.pointer import Pointer, earlier_text, pointer_body, read_pointer

A, B, C, D = (letter * 64 for letter in "abcd")


def test_it_is_what_sha256sum_writes_and_checks(tmp_path: Path) -> None:
    content = b"an archive"
    sha256 = hashlib.sha256(content).hexdigest()
    name = f"dags-{sha256}.tar.gz"
    (tmp_path / name).write_bytes(content)
    (tmp_path / "latest.sha256").write_bytes(pointer_body(sha256))
    subprocess.run(["sha256sum", "--check", "--strict", "latest.sha256"], cwd=tmp_path, check=True)
    written = subprocess.run(["sha256sum", name], cwd=tmp_path, check=True, capture_output=True).stdout
    assert written == pointer_body(sha256)


@given(st.lists(st.sampled_from([A, B, C, D]), unique=True))
def test_it_comes_back(earlier: list[str]) -> None:
    found = read_pointer(pointer_body(A), earlier_text(earlier), "tag")
    assert found == Pointer(A, f"dags-{A}.tar.gz", tuple(earlier), "tag")


@pytest.mark.parametrize("body", [f"{A}  team.tar.gz\n".encode(), f"{A} *team.tar.gz".encode()])
def test_a_pointer_of_somebody_else(body: bytes) -> None:
    found = read_pointer(body, "", "tag")
    assert (found.sha256, found.name) == (A, "team.tar.gz")


@pytest.mark.parametrize(
    "body",
    [b"", b"\n", A.encode(), f"{A}  \n".encode(), f"{A}  ../x.tar\n".encode(), f"{A}  a b\n".encode(),
     f"{A.upper()}  x.tar\n".encode(), f"{A}  x.tar\n{B}  y.tar\n".encode(), b"\xff\xfe", b"<html>"],
)  # fmt: skip
def test_what_is_no_pointer(body: bytes) -> None:
    found = read_pointer(body, "", "tag")
    assert (found.sha256, found.name, found.tag) == (None, None, "tag")


def test_words_that_are_no_hashes_are_forgotten() -> None:
    assert read_pointer(b"", f"{A} x {B[:-1]}  {C}", "").earlier == (A, C)


def pointer(*hashes: str) -> Pointer:
    return Pointer(hashes[0] if hashes else None, None, hashes[1:], "tag")


def test_it_remembers_what_counted_before() -> None:
    assert pointer(A).history_after(B) == (A,)
    assert pointer(B, A).history_after(C) == (B, A)
    assert pointer(B, A).history_after(A) == (B,)
    assert pointer().history_after(A) == ()
    assert Pointer(C, None, None, "tag").history_after(B) == (C,)


def test_it_remembers_no_more_than_metadata_may_hold() -> None:
    many = [f"{number:064x}" for number in range(40)]
    kept = pointer(*many).history_after(A)
    assert kept[0] == many[0]
    assert len(earlier_text(kept)) < 2048 - len("x-amz-meta-earlier")


def test_back_it_forgets_what_came_after() -> None:
    assert pointer(C, B, A).history_back(B) == (A,)
    assert pointer(C, B, A).history_back(A) == ()
    assert pointer(C, B, A).history_back(D) is None
    assert Pointer(C, None, None, "tag").history_back(B) is None


def test_to_know_of_nothing_is_not_the_same_as_not_to_know() -> None:
    assert read_pointer(b"", earlier_text(()), "").earlier == ()
    assert earlier_text(())
    assert read_pointer(b"", None, "").earlier is None
