"""Fetching one packed object: what is in it, and nothing that could harm."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable

import pytest

from .conftest import BEFORE, BUCKET, S3, Fetch

Fill = Callable[[tarfile.TarFile], None]


def packed(*members: tuple[str, bytes] | tarfile.TarInfo) -> bytes:
    """A .tar.gz; a member is a file, or a TarInfo without content."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                information = tarfile.TarInfo(member[0])
                information.size = len(member[1])
                archive.addfile(information, io.BytesIO(member[1]))
    return content.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    information = tarfile.TarInfo(name)
    information.type, information.linkname = kind, target
    return information


@pytest.mark.parametrize("key", ["dags.tar.gz", "team a/ü/dags v1.tgz"])
def test_the_folder_holds_exactly_what_the_archive_holds(fetch: Fetch, s3: S3, key: str) -> None:
    folder = special("sub", tarfile.DIRTYPE)
    s3.fill({key: packed(("a.py", b"a"), folder, ("sub/ü b.py", b"b"), ("./c.py", b"c"))})
    done = fetch(f"s3://{BUCKET}/{key}")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"fetch-dags: 3 files from s3://{BUCKET}/{key} in ")
    assert fetch.content() == {"a.py": b"a", "sub/ü b.py": b"b", "c.py": b"c"}


def test_a_link_within_the_archive_is_kept(fetch: Fetch, s3: S3) -> None:
    s3.fill({"dags.tgz": packed(("a.py", b"a"), special("b.py", tarfile.SYMTYPE, "a.py"))})
    assert fetch(f"s3://{BUCKET}/dags.tgz").returncode == 0
    assert fetch.content() == {"a.py": b"a", "b.py": b"a"}


UNSAFE = {
    "above": packed(("ok.py", b""), ("../evil.py", b"")),
    "absolute-link": packed(("ok.py", b""), special("link", tarfile.SYMTYPE, "/etc")),
    "link-out": packed(("ok.py", b""), special("link", tarfile.SYMTYPE, "../../..")),
    "through-a-link": packed(
        ("ok.py", b""), special("link", tarfile.SYMTYPE, ".."), ("link/evil.py", b"")
    ),
    "hard-link-out": packed(("ok.py", b""), special("link", tarfile.LNKTYPE, "../../first.py")),
    "device": packed(("ok.py", b""), special("device", tarfile.CHRTYPE)),
    "pipe": packed(("ok.py", b""), special("pipe", tarfile.FIFOTYPE)),
    "no-archive": b"import airflow\n",
    "empty-object": b"",
    "cut-short": packed(("a.py", bytes(range(256)) * 400))[:-200],
    "only-gzip": gzip.compress(b"import airflow\n" * 100),
    "wrong-sum": packed(("a.py", b"a" * 1000))[:-8] + b"\0" * 8,
    "damaged": packed(("a.py", bytes(range(256)) * 40))[:60] + b"\xff" * 400,
}  # fmt: skip


@pytest.mark.parametrize("name", UNSAFE)
def test_an_unsafe_or_broken_archive_is_refused(fetch: Fetch, s3: S3, name: str) -> None:
    uri = f"s3://{BUCKET}/{name}.tar.gz"
    s3.fill({f"{name}.tar.gz": UNSAFE[name]})
    done = fetch(uri)
    assert done.returncode == 65, done
    assert done.stdout == ""
    assert done.stderr.startswith(f"fetch-dags: {uri} is not an archive that can be extracted safely: ")
    assert len(done.stderr.splitlines()) == 1
    assert fetch.content() == BEFORE
    assert not list(fetch.target.parents[2].rglob("evil.py"))


def test_an_absolute_name_in_an_archive_stays_in_the_folder(fetch: Fetch, s3: S3) -> None:
    s3.fill({"dags.tgz": packed(("/srv/a.py", b"a"))})
    assert fetch(f"s3://{BUCKET}/dags.tgz").returncode == 0
    assert fetch.content() == {"srv/a.py": b"a"}


@pytest.mark.parametrize("members", [(), (special("sub", tarfile.DIRTYPE),)])
def test_an_archive_without_files_is_refused(
    fetch: Fetch, s3: S3, members: tuple[tarfile.TarInfo, ...]
) -> None:
    s3.fill({"dags.tgz": packed(*members)})
    done = fetch(f"s3://{BUCKET}/dags.tgz")
    assert done.returncode == 66
    assert done.stderr == f"fetch-dags: s3://{BUCKET}/dags.tgz holds no file; check what was packed\n"
    assert fetch.content() == BEFORE


def test_an_archive_that_is_missing_is_one_line(fetch: Fetch, s3: S3) -> None:
    s3.fill({})
    done = fetch(f"s3://{BUCKET}/dags.tgz")
    assert done.returncode == 69
    assert done.stderr.startswith(f"fetch-dags: s3://{BUCKET}/dags.tgz could not be fetched: ")
    assert fetch.content() == BEFORE
