"""The secrets of a stack: made once, seen by their owner alone, and held by one command at a time."""

from __future__ import annotations

import base64
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from airflow_ecs_image.local.stack.stack_secrets import read, read_or_make, remove

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "airflow-ecs-image" / "local"


def test_they_are_made_once_and_are_gone_once_removed(folder: Path) -> None:
    assert read("one") is None
    made = read_or_make("one")
    again = read_or_make("one")
    assert vars(made) == vars(again)
    assert stat.S_IMODE((folder / "one.json").stat().st_mode) == 0o600
    assert remove("one")
    assert not remove("one")
    assert not folder.exists()


def test_they_are_long_enough_and_not_shown() -> None:
    made = read_or_make("one")
    assert len(made.jwt_secret.encode()) >= 64
    assert len(base64.urlsafe_b64decode(made.fernet_key)) == 32
    assert made.secret_access_key not in f"{made!r} {made.keys!r}"


def test_a_file_that_is_spoilt_is_replaced(folder: Path) -> None:
    read_or_make("one")
    (folder / "one.json").write_text("{")
    assert read("one") is None
    assert read_or_make("one").database_password


_COUNT = """
import sys
from pathlib import Path
from airflow_ecs_image.errors import LocalServiceFailed
from airflow_ecs_image.local.stack.stack_secrets import only_one

file, left = Path(sys.argv[1]), 1000
while left:
    try:
        with only_one("one"):
            file.write_text(str(int(file.read_text()) + 1))
            left -= 1
    except LocalServiceFailed:
        pass
"""


def test_never_two_commands_at_once_also_while_the_lock_comes_and_goes(tmp_path: Path, folder: Path) -> None:
    count = tmp_path / "count"
    count.write_text("0")
    processes = [subprocess.Popen([sys.executable, "-c", _COUNT, str(count)], cwd=ROOT) for _ in range(3)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]
    assert count.read_text() == "3000"
    assert not (folder / "one.lock").exists()
