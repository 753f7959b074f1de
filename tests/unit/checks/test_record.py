"""What is remembered of a check."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from airflow_ecs_image.checks.model import CheckResult, Status
from airflow_ecs_image.checks.record import check_record, record_folder, remember_check
from airflow_ecs_image.checks.report import Report
from airflow_ecs_image.console import Console

IDENTIFIER = "sha256:" + "ab" * 32


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "airflow-ecs-image" / "checks"


def report(identifier: str = IDENTIFIER, **results: Status) -> Report:
    rows = tuple(
        CheckResult(name, name.title(), status, "what was found", None, 0.0, {})
        for name, status in results.items()
    )
    return Report("worker:1", identifier, "linux/amd64", emulated=False, results=rows, seconds=1.0)


def remember(made: Report, *left_out: str) -> str:
    shown = io.StringIO()
    remember_check(made, left_out, Console(stream=shown, environment={}))
    return shown.getvalue()


def test_a_passed_check(state: Path) -> None:
    assert remember(report(user="passed", signals="warned", dag_imports="skipped")) == ""
    found = check_record(IDENTIFIER)
    assert found is not None
    assert (found.passed, found.failed, found.left_out, found.ran) == (True, (), (), 3)
    assert (found.image, found.platform) == ("worker:1", "linux/amd64")
    content = json.loads((state / f"{'ab' * 32}.json").read_text())
    assert content["result"] == "passed"
    assert content["checked_at"].endswith("+00:00")


def test_a_failed_check_and_what_was_left_out() -> None:
    remember(report(user="failed", signals="skipped", credentials="passed"), "signals")
    found = check_record(IDENTIFIER)
    assert found is not None
    assert (found.passed, found.failed, found.left_out, found.ran) == (False, ("user",), ("signals",), 2)


def test_the_last_check_counts() -> None:
    remember(report(user="failed"))
    remember(report(user="passed"))
    found = check_record(IDENTIFIER)
    assert found is not None
    assert found.passed


def test_nothing_is_left_beside_it(state: Path) -> None:
    remember(report(user="passed"))
    assert [path.name for path in state.iterdir()] == [f"{'ab' * 32}.json"]


def test_an_unknown_image() -> None:
    assert check_record("sha256:" + "cd" * 32) is None
    assert check_record("worker:1") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"image_id": 1}', '{"result": "passed"}'])
def test_a_spoilt_record_is_none(state: Path, text: str) -> None:
    state.mkdir(parents=True)
    (state / f"{'ab' * 32}.json").write_text(text)
    assert check_record(IDENTIFIER) is None


def test_a_record_of_another_image_is_none(state: Path) -> None:
    remember(report("sha256:" + "cd" * 32, user="passed"))
    (state / f"{'cd' * 32}.json").rename(state / f"{'ab' * 32}.json")
    assert check_record(IDENTIFIER) is None


def test_a_folder_that_cannot_be_made_is_a_note(state: Path) -> None:
    state.parents[1].write_text("a file where the folder would be")
    shown = remember(report(user="passed"))
    assert shown.startswith("note: ")
    assert "`push` will not know that worker:1 was checked" in shown


def test_the_folder_is_that_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert record_folder() == tmp_path / ".local/state/airflow-ecs-image/checks"
