"""The clients that are measured beside the fetcher come from the lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflow_ecs_image.errors import ToolkitError
from bench.dag_fetch.images import locked

LOCK = (Path(__file__).parents[3] / "requirements/dev.txt").read_text(encoding="utf-8")


def test_their_entries_keep_version_and_hashes() -> None:
    entries = locked(LOCK, ("obstore", "s5cmd"))

    lines = entries.splitlines()
    assert [line.split("==")[0] for line in lines if "==" in line] == ["obstore", "s5cmd"]
    assert all(line.lstrip().startswith(("obstore==", "s5cmd==", "--hash=sha256:")) for line in lines)
    assert len(lines) == sum(line.endswith("\\") for line in lines) + 2
    assert LOCK.count(entries.splitlines()[1]) == 1


def test_a_client_that_is_not_locked_is_named() -> None:
    with pytest.raises(ToolkitError, match="no-such-client"):
        locked(LOCK, ("no-such-client",))
