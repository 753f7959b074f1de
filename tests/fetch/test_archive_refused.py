"""Archives and pointers that are unsafe, damaged or too big: refused, and nothing of them is left."""

from __future__ import annotations

import gzip
import os
import tarfile
from pathlib import Path

import pytest

from tests.s3.rclone_server import S3Server

from .archives import FILES, packed, set_of, special
from .fetcher import BEFORE, Fetcher, assert_fetched, assert_refused

BIG = packed(("a.py", bytes(range(256)) * 400))
UNSAFE = {
    "above": packed(("ok.py", b""), ("../evil.py", b"")),
    "through-a-folder": packed(("ok.py", b""), ("a/../../evil.py", b"")),
    "folder-above": packed(("ok.py", b""), special("../evil", tarfile.DIRTYPE)),
    "absolute-link": packed(("ok.py", b""), special("link", tarfile.SYMTYPE, "/etc")),
    "link-out": packed(("ok.py", b""), special("link", tarfile.SYMTYPE, "../../..")),
    "link-beside": packed(("ok.py", b""), special("link", tarfile.SYMTYPE, "../dags-of-others")),
    "through-a-link": packed(("ok.py", b""), special("link", tarfile.SYMTYPE, ".."), ("link/evil.py", b"")),
    "two-links-out": packed(
        special("a/b", tarfile.DIRTYPE), special("one", tarfile.SYMTYPE, "a/b"),
        special("out", tarfile.SYMTYPE, "one/../../../evil"),
    ),
    "file-through-an-inner-link": packed(
        ("real/ok.py", b""), special("link", tarfile.SYMTYPE, "real"), ("link/evil.py", b"")
    ),
    "link-over-a-file": packed(("a.py", b"x"), special("a.py", tarfile.SYMTYPE, "/etc/passwd")),
    "hard-link-out": packed(("ok.py", b""), special("link", tarfile.LNKTYPE, "../../first.py")),
    "absolute-hard-link": packed(("ok.py", b""), special("link", tarfile.LNKTYPE, "/etc/hostname")),
    "hard-link-through-a-link": packed(
        special("out", tarfile.SYMTYPE, "/etc"), special("evil.py", tarfile.LNKTYPE, "out/hostname")
    ),
    "dangling-hard-link": packed(("ok.py", b""), special("link", tarfile.LNKTYPE, "nothing")),
    "device": packed(("ok.py", b""), special("device", tarfile.CHRTYPE)),
    "disk": packed(("ok.py", b""), special("device", tarfile.BLKTYPE)),
    "pipe": packed(("ok.py", b""), special("pipe", tarfile.FIFOTYPE)),
    "twice": packed(("a.py", b"1"), ("a.py", b"2")),
    "file-and-folder": packed(("a", b"1"), ("a/b.py", b"2")),
    "folder-and-file": packed(("a/b.py", b"2"), ("a", b"1")),
    "folder-over-a-file": packed(("a", b"1"), special("a", tarfile.DIRTYPE)),
    "long-name": packed(("x" * 256, b"")),
    "no-archive": b"import airflow\n",
    "text-of-a-block": b"import airflow\n" * 1000,
    "empty-object": b"",
    "cut-short": BIG[:-200],
    "cut-in-the-header": BIG[:5],
    "only-gzip": gzip.compress(b"import airflow\n" * 100),
    "wrong-sum": packed(("a.py", b"a" * 1000))[:-8] + b"\0" * 8,
    "damaged": packed(("a.py", bytes(range(256)) * 40))[:60] + b"\xff" * 400,
    "no-end": gzip.compress(packed(("a.py", b"a" * 5000), mode="w")[:2000]),
    "no-end-marker": gzip.compress(packed(("a.py", b"a" * 512), mode="w")[:1024]),
    "rubbish-behind": packed(("a.py", b"a")) + b"rubbish",
    "xz": packed(("a.py", b"a"), mode="w:xz"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNSAFE)
def test_an_unsafe_or_broken_archive_is_refused(
    on_rclone: Fetcher, rclone: S3Server, bucket: str, tmp_path: Path, name: str
) -> None:
    rclone.fill(bucket, {f"{name}.tar.gz": UNSAFE[name]})

    ended = on_rclone(f"s3://{bucket}/{name}.tar.gz")

    assert_refused(ended, 65, "the archive cannot be extracted|the archive member ")
    assert on_rclone.tree == BEFORE
    assert on_rclone.leftovers == []
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("one big file", {"DAG_FETCH_MAX_BYTES": "9999999"}),
        ("many files", {"DAG_FETCH_MAX_FILES": "999"}),
        ("many folders", {"DAG_FETCH_MAX_FILES": "999"}),
        ("a long header", {}),
        ("zeros behind", {"DAG_FETCH_MAX_BYTES": "1000000", "DAG_FETCH_MAX_FILES": "100"}),
        ("an archive that is too big itself", {"DAG_FETCH_MAX_BYTES": "1000"}),
    ],
)
def test_a_bomb_does_not_go_off(
    on_rclone: Fetcher, rclone: S3Server, bucket: str, name: str, environment: dict[str, str]
) -> None:
    content = {
        "one big file": lambda: packed(("big.bin", bytes(10_000_000))),
        "many files": lambda: packed(*((f"{n}.py", b"") for n in range(1000))),
        "many folders": lambda: packed(*(special(f"d{n}", tarfile.DIRTYPE) for n in range(5000)), ("a", b"")),
        "a long header": lambda: packed(("x/" * 1_000_000 + "a.py", b"")),
        "zeros behind": lambda: gzip.compress(packed(("a.py", b"a"), mode="w") + bytes(50_000_000)),
        "an archive that is too big itself": lambda: packed(("a.bin", os.urandom(2000))),
    }[name]()
    rclone.fill(bucket, {"bomb.tgz": content})

    ended = on_rclone(f"s3://{bucket}/bomb.tgz", **environment)

    assert_refused(ended, 65, "DAG_FETCH_MAX_|header|long")
    assert on_rclone.tree == BEFORE
    assert on_rclone.leftovers == []


@pytest.mark.parametrize("members", [(), (special("sub", tarfile.DIRTYPE),)], ids=["nothing", "a folder"])
def test_an_archive_without_files_is_refused_unless_it_may_be_empty(
    on_rclone: Fetcher, rclone: S3Server, bucket: str, members: tuple[tarfile.TarInfo, ...]
) -> None:
    rclone.fill(bucket, {"dags.tgz": packed(*members)})
    uri = f"s3://{bucket}/dags.tgz"

    assert_refused(on_rclone(uri), 66, f"{uri} holds no file; check what was packed")
    assert on_rclone.tree == BEFORE

    assert_fetched(on_rclone(uri, DAG_FETCH_ALLOW_EMPTY="true"), 0, uri)
    assert not [path for path in on_rclone.target.rglob("*") if path.is_file()]


@pytest.mark.parametrize("through_pointer", [False, True])
def test_a_wrong_hash_is_refused(
    on_rclone: Fetcher, rclone: S3Server, bucket: str, through_pointer: bool
) -> None:
    name, _, pointer = set_of(FILES)
    rclone.fill(bucket, {name: packed(("other.py", b"")), "latest.sha256": pointer})

    ended = on_rclone(f"s3://{bucket}/{'latest.sha256' if through_pointer else name}")

    assert_refused(ended, 65, f"the archive '{name}' has the sha256 [0-9a-f]{{64}}, not [0-9a-f]{{64}}")
    assert on_rclone.tree == BEFORE


POINTERS = {
    "empty": b"",
    "no hash": b"dags.tar.gz\n",
    "short hash": b"abc  dags.tar.gz\n",
    "capitals": b"A" * 64 + b"  dags.tar.gz\n",
    "another folder": b"a" * 64 + b"  ../other/dags.tar.gz\n",
    "absolute": b"a" * 64 + b"  /dags.tar.gz\n",
    "no archive": b"a" * 64 + b"  dags.zip\n",
    "two lines": (b"a" * 64 + b"  dags.tar.gz\n") * 2,
    "a page": b"<html>" + b"x" * 1_000_000,
    "binary": bytes(range(256)),
}


@pytest.mark.parametrize("name", POINTERS)
def test_what_is_no_pointer_is_refused(on_rclone: Fetcher, rclone: S3Server, bucket: str, name: str) -> None:
    rclone.fill(bucket, {"latest.sha256": POINTERS[name], "dags.tar.gz": packed(("a.py", b""))})

    assert_refused(on_rclone(f"s3://{bucket}/latest.sha256"), 65, "latest.sha256 is not a pointer")
    assert on_rclone.tree == BEFORE
