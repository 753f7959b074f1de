"""Any keys at all: the tree is what a plain model says it is, or the fetch names a key that the model refuses as well."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.s3.moto_server import S3Endpoint

from .fetcher import BEFORE, Fetcher, assert_fetched, assert_refused, tree_of

BUCKET = "any-keys"
URI = f"s3://{BUCKET}/dags"

# Without line breaks: moto lists such keys, and then does not find them.
ODD = ["..", ".", "", "...", " ", "a", "b", "a b", "+", "%2e%2e", "%", "&", "é", "e\u0301", "日本", "\\", "~", "\0", "a\tb", "\x7f", "x" * 255, "x" * 256, "é" * 128, "-rf", "$x", "'", '"']  # fmt: skip
PARTS = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\n"), max_size=6),
)
KEYS = st.lists(PARTS, min_size=1, max_size=4).map("/".join).filter(bool)
OBJECTS = st.dictionaries(KEYS, st.sampled_from([b"", b"x", b"some content"]), max_size=6)


def refused(objects: Mapping[str, bytes]) -> list[str]:
    """The paths that cannot be files, as S3 would list them."""
    files = [path for path, content in objects.items() if not is_marker(path, content)]
    folders = {path[:index] for path in files for index, letter in enumerate(path) if letter == "/"}
    return [path for path in files if no_path(path) or path in folders]


def is_marker(path: str, content: bytes) -> bool:
    return path.endswith("/") and not content


def no_path(path: str) -> bool:
    parts = path.split("/")
    return "\0" in path or any(part in {"", ".", ".."} or len(part.encode()) > 255 for part in parts)


def named(message: str, path: str) -> bool:
    """Whether a message names the path, or a folder on its way; blanks come together in one line."""
    ways = [path, *(path[:index] for index, letter in enumerate(path) if letter == "/")]
    return any(" ".join(repr(way).split()) in message for way in ways)


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(objects={"a": b"", "a/b": b""})
@example(objects={"a//": b"", "b": b"x"})
@example(objects={"sub/": b"", "sub/a": b"x"})
@given(objects=OBJECTS)
def test_any_keys_become_their_files_or_one_is_named(
    moto: S3Endpoint, tmp_path: Path, objects: dict[str, bytes]
) -> None:
    moto.fill(BUCKET, {f"dags/{path}": content for path, content in objects.items()})
    fetcher = fresh(tmp_path, moto)

    ended = fetcher(URI)

    files = {path: content for path, content in objects.items() if not is_marker(path, content)}
    if wrong := refused(objects):
        assert_refused(ended, 65, "")
        assert any(named(ended.stderr, path) for path in wrong), (ended.stderr, wrong)
    elif not files:
        assert_refused(ended, 66, "holds no file")
    else:
        assert_fetched(ended, len(files), URI)
    assert fetcher.tree == (files if ended.code == 0 else BEFORE)
    assert fetcher.leftovers == []
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def fresh(folder: Path, moto: S3Endpoint) -> Fetcher:
    """A fetcher whose target holds what it always holds before."""
    shutil.rmtree(folder / "place", ignore_errors=True)
    target = folder / "place/dags"
    for name, content in BEFORE.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    return Fetcher(target, moto.environment)


@pytest.mark.parametrize(
    ("objects", "wrong"),
    [
        ({"a": b"", "a/b": b""}, ["a"]),
        ({"a/": b"", "b/": b"x"}, ["b/"]),
        ({"a/./b": b"", "ok": b""}, ["a/./b"]),
        ({"é" * 128: b"", "é" * 127: b""}, ["é" * 128]),
        ({"...": b"", "a b": b"", "%2e%2e/x": b""}, []),
    ],
)
def test_the_model_itself_is_right(objects: dict[str, bytes], wrong: list[str]) -> None:
    assert refused(objects) == wrong


def test_the_tree_of_the_tests_sees_everything(tmp_path: Path) -> None:
    (tmp_path / "sub/empty").mkdir(parents=True)
    (tmp_path / ".hidden").write_bytes(b"h")
    (tmp_path / "link").symlink_to("sub")

    assert tree_of(tmp_path) == {"sub/empty/": b"", ".hidden": b"h", "link -> sub": b""}
