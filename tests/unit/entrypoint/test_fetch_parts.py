"""The parts of fetching that need no server."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("uri", "bucket", "key"),
    [
        ("s3://bucket", "bucket", ""),
        ("s3://bucket/", "bucket", ""),
        ("s3://bucket/a", "bucket", "a"),
        ("s3://bucket/a/b/", "bucket", "a/b/"),
        ("s3://bucket//a", "bucket", "a"),
        ("s3://bucket/a?b#c%20d e", "bucket", "a?b#c%20d e"),
        ("s3://bucket/s3://x", "bucket", "s3://x"),
    ],
)
def test_a_uri_has_a_bucket_and_a_key(fetch_dags: ModuleType, uri: str, bucket: str, key: str) -> None:
    assert fetch_dags.parse_uri(uri) == (bucket, key)


PARTS = st.lists(
    st.sampled_from(["..", ".", "", "a", "b c", "ü", "\0", "...", "\\", "~", "a\nb"]), max_size=5
)


@settings(max_examples=300, deadline=None)
@given(parts=PARTS)
def test_a_key_is_written_within_the_folder_or_not_at_all(fetch_dags: ModuleType, parts: list[str]) -> None:
    folder, relative = Path("/folder"), "/".join(parts)
    if "\0" in relative or {"", ".", ".."} & set(relative.split("/")):
        with pytest.raises(fetch_dags.FetchError) as refused:
            fetch_dags.safe_path(folder, relative)
        assert refused.value.code == 65
        assert str(refused.value).isprintable()
        return
    path = fetch_dags.safe_path(folder, relative)
    assert Path(os.path.normpath(path)).is_relative_to(folder)
    assert PurePosixPath(path).relative_to("/folder").as_posix() == relative


class TestReplacing:
    @pytest.fixture
    def target(self, tmp_path: Path) -> Path:
        (tmp_path / "old").mkdir()
        (tmp_path / "old/a.py").write_text("old")
        (tmp_path / "same.py").write_text("old")
        staging = tmp_path / ".fetching-x"
        (staging / "new").mkdir(parents=True)
        (staging / "new/b.py").write_text("new")
        (staging / "same.py").write_text("new")
        return tmp_path

    @staticmethod
    def content(folder: Path) -> dict[str, str]:
        files = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_text() for path in files}

    def test_the_new_takes_the_place_of_the_old(self, target: Path, fetch_dags: ModuleType) -> None:
        fetch_dags.replace_content(target, target / ".fetching-x")
        assert self.content(target) == {"new/b.py": "new", "same.py": "new"}
        assert sorted(path.name for path in target.iterdir()) == ["new", "same.py"]

    @pytest.mark.parametrize("last", range(4))
    def test_a_failure_half_way_brings_the_old_back(
        self, target: Path, fetch_dags: ModuleType, monkeypatch: pytest.MonkeyPatch, last: int
    ) -> None:
        before = self.content(target)
        rename: Any = Path.rename
        moved: list[Path] = []

        def rename_until(path: Path, destination: Path) -> Path:
            if len(moved) == last:
                moved.append(path)
                raise OSError(28, "No space left on device")
            moved.append(path)
            return Path(rename(path, destination))

        monkeypatch.setattr(Path, "rename", rename_until)
        with pytest.raises(OSError, match="No space left on device"):
            fetch_dags.replace_content(target, target / ".fetching-x")
        assert self.content(target) == before
        assert sorted(path.name for path in target.iterdir()) == [".fetching-x", "old", "same.py"]
