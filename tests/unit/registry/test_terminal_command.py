"""Commands on a terminal of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from airflow_ecs_image.registry.answers import Transient
from airflow_ecs_image.registry.terminal_command import run_on_terminal


def run(code: str, lines: list[str]) -> tuple[int, str]:
    ended = run_on_terminal([sys.executable, "-c", code], lines.append, environment={"MADE": "here"})
    return ended.exit_code, ended.stderr


def test_lines_of_a_terminal_and_errors_apart() -> None:
    lines: list[str] = []
    code = "import os, sys; print(sys.stdout.isatty(), os.environ['MADE']); print('a\\rb', end=''); sys.exit('why')"
    assert run(code, lines) == (1, "why\n")
    assert lines == ["True here", "a", "b"]


def test_more_than_a_terminal_holds_at_once() -> None:
    lines: list[str] = []
    assert run("for number in range(20000): print('line', number)", lines) == (0, "")
    assert lines[-1] == "line 19999"


def test_a_command_that_hangs_is_ended(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    with pytest.raises(Transient, match=r"no progress for 2 s"):
        run_on_terminal(
            ["sh", "-c", 'echo $$ >"$0"; exec sleep 600', str(mark)],
            lambda _: None,
            environment={},
            stalled_seconds=2,
        )
    assert gone(int(mark.read_text()))


def test_an_interruption_ends_the_command(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); print('up', flush=True); time.sleep(600)"

    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_on_terminal([sys.executable, "-c", code], interrupted, environment={})
    assert gone(int(mark.read_text()))


def test_no_such_program() -> None:
    with pytest.raises(FileNotFoundError):
        run_on_terminal(["no-such-program-here"], lambda _: None, environment={})


def gone(process: int) -> bool:
    return subprocess.run(["ps", "-p", str(process)], capture_output=True, check=False).returncode != 0
