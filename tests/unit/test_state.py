"""A file that is written as a whole is there as a whole or as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.state import write_whole


def test_it_is_written_and_replaced(tmp_path: Path) -> None:
    file = tmp_path / "new" / "file.json"
    write_whole(file, b"first")
    write_whole(file, b"second")
    assert file.read_bytes() == b"second"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_nothing_is_left_when_it_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file.json"
    write_whole(file, b"first")

    def refuse(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="No space"):
        write_whole(file, b"second")
    assert list(tmp_path.iterdir()) == [file]
    assert file.read_bytes() == b"first"
