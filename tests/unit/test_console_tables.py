"""Tables: aligned on every stream, wrapped to a terminal's width, whole in a CI log."""

from __future__ import annotations

import io

import pytest

from airflow_ecs_image.console import Console


class TerminalStream(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def log() -> Console:
    return Console(stream=io.StringIO(), environment={})


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.setenv("COLUMNS", "60")
    return Console(stream=TerminalStream(), environment={"TERM": "xterm", "NO_COLOR": "1"})


def written(console: Console) -> str:
    stream = console._stream
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def test_a_table_aligns_text_to_the_left_and_numbers_to_the_right(log: Console) -> None:
    log.table("Checks", ("check", "state", "ms"), [("dags", "ok", 7), ("arbitrary uid", "failed", 1234)])

    assert written(log).splitlines() == [
        "",
        "Checks",
        "check          state     ms",
        "─────────────  ──────  ────",
        "dags           ok         7",
        "arbitrary uid  failed  1234",
    ]


def test_a_table_without_columns_is_a_list_of_names_and_values(log: Console) -> None:
    log.table("", (), [("tag", "image:1"), ("wide 漢字", None), ("cached", True)])

    assert written(log).splitlines() == ["tag        image:1", "wide 漢字", "cached     yes"]


def test_a_long_cell_is_wrapped_on_a_terminal_and_whole_in_a_log(narrow: Console, log: Console) -> None:
    rows = [("broken.py", "failed", "ModuleNotFoundError: No module named 'pandas' in dags/broken.py")]

    narrow.table("", ("file", "state", "error"), rows)
    log.table("", ("file", "state", "error"), rows)

    assert written(narrow).splitlines()[2:] == [
        "broken.py  failed  ModuleNotFoundError: No module named",
        "                   'pandas' in dags/broken.py",
    ]
    assert "named 'pandas' in dags/broken.py" in written(log)


def test_state_words_are_coloured_without_breaking_the_columns() -> None:
    console = Console(stream=TerminalStream(), environment={"TERM": "xterm"})

    console.table("", (), [("a", "ok", "x"), ("b", "failed", "x")])

    assert written(console) == "a  \x1b[32mok    \x1b[0m  x\nb  \x1b[31mfailed\x1b[0m  x\n"
