"""Airflow 2 shows a warning by rich; one that rich would write as it is, is written without."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console
from rich.markup import escape

from .start import AIRFLOW_2, install, lever, python, write

# The shape of Airflow's module.
_SETTINGS = """
import functools
import sys
import warnings

def custom_show_warning(message, category, filename, lineno, file=None, line=None):
    from rich.console import Console
    Console(file=file or sys.stderr).print(f"by rich: {message}", soft_wrap=True)

def replace_showwarning(replacement):
    original = warnings.showwarning
    warnings.showwarning = replacement
    return original

original_show_warning = replace_showwarning(custom_show_warning)
"""
_PLACES = st.text(st.sampled_from("ab/.:[]\\0"), min_size=1, max_size=12)
_MESSAGES = st.text(st.sampled_from("aB :.[]/\\\n\t'\"smiley=#@é\x07"), max_size=40)


LEVER = lever("rich_and_anyio_import")


@given(place=_PLACES, message=_MESSAGES)
@example(place="/a/b.py:3", message="Use :smiley: or [bold]x[/bold]")
@example(place="/a/[bold]b.py:3", message="x")
def test_what_is_written_as_it_is_rich_would_write_so(place: str, message: str) -> None:
    text = f"{place} UserWarning: {message}"
    if LEVER.is_written_as_it_is(io.StringIO(), place, text):
        stream = io.StringIO()
        # As airflow/settings.py (2.11.2) has it.
        markup = f"[bold][yellow]{place} UserWarning[/bold]: {escape(message)}[/yellow]"
        Console(file=stream).print(markup, soft_wrap=True)
        assert stream.getvalue() == f"{text}\n"


@pytest.mark.parametrize(
    "message",
    ["Timer metrics in seconds were deprecated. Enable `timer`.", "two\nlines", "[core] a: b", "at 10:30"],
)
def test_usual_warnings_are_not_in_doubt(message: str) -> None:
    place = "/home/airflow/a.py:22"
    assert LEVER.is_written_as_it_is(io.StringIO(), place, f"{place} UserWarning: {message}")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_it_by_rich() -> None:
    assert not LEVER.is_written_as_it_is(_Terminal(), "a:1", "a:1 UserWarning: b")


@pytest.mark.parametrize("name", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_who_asks_for_colour_gets_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    assert not LEVER.is_written_as_it_is(io.StringIO(), "a:1", "a:1 UserWarning: b")


def test_a_worker_shows_warnings_without_rich(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    packages = tmp_path / "packages"
    install(packages, "rich_and_anyio_import")
    write(packages, "airflow/settings.py", _SETTINGS)
    write(
        packages,
        "bin/airflow",
        "import sys, warnings\nsys.stderr = sys.stdout\nimport airflow.settings as settings\n"
        "print(warnings.showwarning is settings.custom_show_warning)\n"
        "warnings.warn_explicit('plain', UserWarning, 'a.py', 7)\nprint('rich' in sys.modules)\n"
        "warnings.warn_explicit('a :smiley: one', UserWarning, 'a.py', 8)\nprint('rich' in sys.modules)\n",
    )
    said = python(packages, str(packages / "bin/airflow"), *AIRFLOW_2)
    assert said == ["True", "a.py:7 UserWarning: plain", "False", "by rich: a 😃 one", "True"]
