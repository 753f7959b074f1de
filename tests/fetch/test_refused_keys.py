"""Keys that cannot be files below the folder: refused, each by its name, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.s3.moto_server import S3Endpoint

from .fetcher import BEFORE, Fetcher, assert_refused

OUTSIDE = "would leave the DAG folder"
NO_NAME = "has an empty part or a dot for a part"

REFUSED = {
    "above": ({"ok.py": b"", "../evil.py": b""}, rf"the key '\.\./evil\.py' {OUTSIDE}"),
    "far above": ({"../../../../../../tmp/evil.py": b""}, rf"the key '\.\./\.\./.*evil\.py' {OUTSIDE}"),
    "through a folder": ({"a/../../evil.py": b""}, rf"the key 'a/\.\./\.\./evil\.py' {OUTSIDE}"),
    "up and down": ({"a/../evil.py": b""}, rf"the key 'a/\.\./evil\.py' {OUTSIDE}"),
    "only above": ({"sub/..": b"x"}, rf"the key 'sub/\.\.' {OUTSIDE}"),
    "absolute": ({"/etc/evil.py": b""}, rf"the key '/etc/evil\.py' {OUTSIDE}"),
    "dot": ({"./evil.py": b""}, rf"the key '\./evil\.py' {NO_NAME}"),
    "only a dot": ({"sub/.": b"x"}, rf"the key 'sub/\.' {NO_NAME}"),
    "empty part": ({"a//evil.py": b""}, f"the key 'a//evil\\.py' {NO_NAME}"),
    "content in a folder's name": ({"evil.py/": b"x"}, r"the key 'evil\.py/' "),
    "NUL": ({"evil\0.py": b""}, r"the key 'evil\\x00\.py' holds a NUL"),
    "file and folder": ({"a": b"", "a/evil.py": b""}, "the key '?a(/evil\\.py)?'? is a file and a folder"),
    "file and deep folder": ({"a/b": b"", "a/b/c/evil.py": b""}, "is a file and a folder"),
    "long name": ({f"{'x' * 256}.py": b""}, f"the key '{'x' * 256}"),
    "long name in bytes": ({f"{'é' * 128}": b""}, "the key 'é+' "),
    "long folder": ({f"{'d' * 256}/evil.py": b""}, "the key 'd+/evil"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_key_that_cannot_be_a_file_is_named(
    on_moto: Fetcher, moto: S3Endpoint, bucket: str, tmp_path: Path, name: str, log_format: str
) -> None:
    keys, pattern = REFUSED[name]
    moto.fill(bucket, {f"dags/{key}": content for key, content in {"good.py": b"", **keys}.items()})

    ended = on_moto(f"s3://{bucket}/dags", ENTRYPOINT_LOG_FORMAT=log_format)

    if log_format == "text":
        assert_refused(ended, 65, pattern)
    else:
        assert (ended.code, len(ended.stderr.splitlines())) == (65, 1), ended
    assert on_moto.tree == BEFORE
    assert on_moto.leftovers == []
    assert not list(tmp_path.rglob("evil*"))
    assert not Path("/etc/evil.py").exists()


@pytest.mark.parametrize(
    "prefix", ["dags/..", "../dags", "dags/./x", "dags//x"], ids=["to above", "from above", "dot", "empty"]
)
def test_a_strange_prefix_is_only_a_prefix(
    on_moto: Fetcher, moto: S3Endpoint, bucket: str, prefix: str
) -> None:
    # A prefix is S3's affair: what counts for the folder is the rest of the key.
    moto.fill(bucket, {f"{prefix}/a.py": b"a"})

    ended = on_moto(f"s3://{bucket}/{prefix}")

    assert ended.code == 0, ended
    assert on_moto.tree == {"a.py": b"a"}


@pytest.mark.parametrize("control", ["\n", "\r", "\t", "\x1b[31m", "\x7f", "\u2028", "\u202e"])
def test_control_characters_never_break_the_line(
    on_moto: Fetcher, moto: S3Endpoint, bucket: str, control: str
) -> None:
    moto.fill(bucket, {f"dags/../ev{control}il.py": b""})

    ended = on_moto(f"s3://{bucket}/dags")

    assert_refused(ended, 65, OUTSIDE)
    assert control not in ended.stderr.removesuffix("\n")
    assert ended.stderr.removesuffix("\n").isprintable()


@pytest.mark.parametrize(
    ("variable", "limit", "files"),
    [("DAG_FETCH_MAX_FILES", "2", 3), ("DAG_FETCH_MAX_BYTES", "2999", 3)],
)
def test_more_than_the_limits_allow_is_refused(
    on_moto: Fetcher, moto: S3Endpoint, bucket: str, variable: str, limit: str, files: int
) -> None:
    moto.fill(bucket, {f"dags/{number}.py": b"x" * 1000 for number in range(files)})
    uri = f"s3://{bucket}/dags"

    assert_refused(on_moto(uri, **{variable: limit}), 65, rf"{variable} allows \({limit}\)")
    assert on_moto.tree == BEFORE

    assert on_moto(uri, **{variable: str(int(limit) + 1)}).code == 0
    assert len(on_moto.tree) == files
