"""The DAG folders of the bench, and their archives."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from pathlib import Path

from bench.dag_fetch.archives import fill
from bench.s3.server import BUCKET
from bench.s3.tree import LARGEST_BYTES, SMALLEST_BYTES, digest, make_tree


def test_every_machine_makes_the_same_files() -> None:
    # Else two measurements would not be of the same thing: a new digest here means new results.
    assert digest(make_tree(10)) == "dd93c318167e66a748aa05af639f7cdb45b4f6df9bfaf5f79f1e7e0d45666ac3"


def test_the_files_have_the_sizes_and_the_folders_that_the_report_says() -> None:
    tree = make_tree(300)

    assert len(tree) == 300
    assert all(SMALLEST_BYTES <= len(content) <= LARGEST_BYTES for content in tree.values())
    # The larger half is as full as the smaller one.
    assert 9_500 < sum(map(len, tree.values())) / len(tree) < 11_500
    assert len({Path(path).parent for path in tree}) == 300 / 25


def test_the_files_compress_as_python_does() -> None:
    # Python's own library comes to 4.3 in one stream and to 3.6 file by file, Airflow's example DAGs to 4.7 and 2.5.
    contents = list(make_tree(100).values())
    total = sum(map(len, contents))

    assert 3 < total / len(gzip.compress(b"".join(contents))) < 5
    assert 2.5 < total / sum(len(gzip.compress(content)) for content in contents) < 3.7


def test_the_digest_sees_names_contents_and_files() -> None:
    tree = {"a.py": b"1", "b.py": b"2"}

    others: tuple[dict[str, bytes], ...] = (
        {"a.py": b"1"},
        {"a.py": b"2", "b.py": b"1"},
        {"a.py": b"1", "c.py": b"2"},
        {},
    )
    assert digest(tree) == digest(dict(reversed(tree.items())))
    assert digest(tree) not in [digest(other) for other in others]


def test_the_bucket_holds_the_files_an_archive_and_its_pointer(tmp_path: Path) -> None:
    tree = make_tree(10)
    bucket = tmp_path / BUCKET

    sources = fill(bucket, "files-10", tree)

    def below(uri: str) -> Path:
        return tmp_path / uri.removeprefix("s3://")

    prefix = below(sources.prefix)
    files = {path.relative_to(prefix).as_posix(): path for path in prefix.rglob("*") if path.is_file()}
    assert {name: path.read_bytes() for name, path in files.items()} == tree
    archive = below(sources.version)
    name = below(sources.pointer).read_text().split()[1]
    assert (archive.parent / name).samefile(archive)
    assert f"{hashlib.sha256(archive.read_bytes()).hexdigest()}" in name
    with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as tar:
        assert tar.getnames() == sorted(tree)
