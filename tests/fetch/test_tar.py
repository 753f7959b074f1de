"""The reader of tar archives finds what `tarfile` finds, and gives up on everything else in one way only."""

from __future__ import annotations

import contextlib
import io
import os
import random
import tarfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .modules import module

NAMES = st.lists(
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0/"), min_size=1, max_size=90
    ).filter(lambda part: part not in (".", "..")),
    min_size=1,
    max_size=4,
).map("/".join)
FORMATS = [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]


def packed(members: dict[str, bytes], tar_format: int) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tar_format) as archive:
        for name, body in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            member.mode = 0o755 if len(body) % 2 else 0o644
            archive.addfile(member, io.BytesIO(body))
    return content.getvalue()


def read(archive: bytes) -> dict[str, tuple[Any, ...]]:
    tar = module("tar")
    stream = io.BytesIO(archive)

    def exactly(size: int) -> bytes:
        piece = stream.read(size)
        if len(piece) < size:
            raise tar.damaged("it is cut short")
        return piece

    found = {}
    for member in tar.members(exactly):
        body = exactly(tar.padded(member.size))[: member.size]
        found[member.name] = (member.kind, member.link, member.executable, body)
    return found


@settings(max_examples=200, deadline=None)
@given(
    members=st.dictionaries(NAMES, st.binary(max_size=1500), max_size=6), tar_format=st.sampled_from(FORMATS)
)
def test_what_python_packs_is_read(members: dict[str, bytes], tar_format: int) -> None:
    try:
        archive = packed(members, tar_format)
    except ValueError:
        return  # a name too long for ustar
    expected = {name: ("file", "", len(body) % 2 == 1, body) for name, body in members.items()}
    assert read(archive) == expected


@pytest.mark.parametrize("tar_format", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_folders_and_links_have_their_kinds(tar_format: int) -> None:
    content = io.BytesIO()
    long = "x" * 200
    with tarfile.open(fileobj=content, mode="w", format=tar_format) as archive:
        for name, kind, link in [
            ("folder", tarfile.DIRTYPE, ""),
            ("symbolic", tarfile.SYMTYPE, f"folder/{long}"),
            ("hard", tarfile.LNKTYPE, "a.py"),
        ]:
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.mode = kind, link, 0o644
            archive.addfile(member)

    kinds = {name.rstrip("/"): found[:2] for name, found in read(content.getvalue()).items()}

    assert kinds == {
        "folder": ("folder", ""),
        "symbolic": ("symbolic link", f"folder/{long}"),
        "hard": ("hard link", "a.py"),
    }


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_archive_gives_a_failure_and_nothing_else(seed: int) -> None:
    choose = random.Random(seed)
    members = {f"{'d' * choose.randint(1, 150)}/{n}.py": os.urandom(choose.randint(0, 900)) for n in range(4)}
    archive = bytearray(packed(members, choose.choice(FORMATS[1:])))
    for _ in range(choose.randint(1, 8)):
        archive[choose.randrange(len(archive))] = choose.randrange(256)
    if choose.random() < 0.3:
        del archive[choose.randrange(len(archive)) :]

    with contextlib.suppress(module("failures").Failure):
        assert all(isinstance(name, str) for name in read(bytes(archive)))
