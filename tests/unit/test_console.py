"""What people see: the same words on a terminal and in a CI log; in JSON mode only the document."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from airflow_ecs_image.console import Console

TERMINAL = {"TERM": "xterm-256color"}


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class TerminalStream(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def console(stream: io.StringIO, clock: Clock) -> Console:
    return Console(stream=stream, clock=clock, environment={})


def written(console: Console) -> str:
    stream = console._stream
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def test_a_step_is_one_line_at_its_start_and_one_at_its_end(console: Console, clock: Clock) -> None:
    with console.step("Resolve the base") as step:
        step.update("asking the registry")
        clock.now += 1.234

    assert written(console) == "… Resolve the base\n✓ Resolve the base 1.2 s\n"


def test_a_step_that_raises_is_marked_and_the_error_passes(console: Console) -> None:
    with pytest.raises(ValueError, match="no"), console.step("Build"):
        raise ValueError("no")

    assert written(console).splitlines()[-1] == "✗ Build 0.0 s"


def test_a_skipped_step_says_why_and_ends_once(console: Console) -> None:
    with console.step("Install the engine") as step:
        step.skip("it answers")

    assert written(console).splitlines() == ["… Install the engine", "= Install the engine (it answers)"]


def test_steps_within_a_step_are_indented_and_may_run_side_by_side(console: Console, clock: Clock) -> None:
    with console.step("Build"):
        first, second = console.begin("[1/2] one"), console.begin("[2/2] two")
        clock.now += 3
        second.done()
        first.failed(seconds=75.4)
        console.begin("never mind").drop()
        console.note("one line")

    assert written(console).splitlines() == [
        "… Build",
        "  ✓ [2/2] two 3.0 s",
        "  ✗ [1/2] one 1 min 15 s",
        "  note: one line",
        "✓ Build 3.0 s",
    ]


def test_an_encoding_without_symbols_gets_plain_ones_and_loses_no_text() -> None:
    raw = io.BytesIO()
    console = Console(stream=io.TextIOWrapper(raw, encoding="ascii"), environment={})

    with console.step("Dossier été"):
        pass
    console.error("no such file: été", mend="name one")

    assert raw.getvalue().decode("ascii").splitlines() == [
        r"... Dossier \xe9t\xe9",
        r"[ok] Dossier \xe9t\xe9 0.0 s",
        r"error: no such file: \xe9t\xe9",
        "  -> name one",
    ]


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        (TERMINAL, True),
        ({**TERMINAL, "NO_COLOR": "1"}, False),
        ({**TERMINAL, "NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(environment: dict[str, str], coloured: bool) -> None:
    console = Console(stream=TerminalStream(), environment=environment)

    console.warning("old engine")

    assert ("\x1b[" in written(console)) is coloured


def test_no_colour_without_a_terminal(stream: io.StringIO) -> None:
    Console(stream=stream, environment=TERMINAL).error("wrong", mend="right")

    assert stream.getvalue() == "error: wrong\n  → right\n"


def test_an_error_shows_each_mistake_the_end_of_the_log_and_every_command_of_the_mend(
    console: Console,
) -> None:
    console.error("tag: bad\nregion: bad", "first\nsecond", ["last line", "of\x1b[31m a log"])

    assert written(console).splitlines() == [
        "error: tag: bad",
        "       region: bad",
        "  | last line",
        "  | of a log",
        "  → first",
        "    second",
    ]


def test_control_characters_never_reach_the_terminal(console: Console) -> None:
    console.text("a\x1b]0;title\x07b\x1b[2Jc\rd\x00")
    console.note("one\ntwo")

    assert written(console) == "abcd\nnote: one two\n"


def test_json_mode_keeps_standard_output_for_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(json_mode=True)

    with console.step("Build"):
        pass
    console.table("Image", (), [("tag", "image:1")])
    console.document({"tag": "image:1", "context": Path("dags"), "name": "é"})

    output = capsys.readouterr()
    assert json.loads(output.out) == {"tag": "image:1", "context": "dags", "name": "é"}
    assert "✓ Build" in output.err
    assert "image:1" in output.err


def test_outside_json_mode_no_document_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    Console().document({"tag": "image:1"})

    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("json_mode", [False, True])
def test_rich_is_not_imported_without_a_terminal(json_mode: bool) -> None:
    program = (
        "import sys, time; from airflow_ecs_image.console import Console\n"
        f"console = Console(json_mode={json_mode})\n"
        "with console.step('Build') as step: step.update('x'); time.sleep(0.3)\n"
        "console.table('t', ('a',), [(1,)]); console.document({})\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'rich']"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, timeout=30)


def test_a_terminal_sees_running_steps_and_keeps_only_the_finished_lines() -> None:
    program = (
        "import time; from airflow_ecs_image.console import Console\n"
        "console = Console()\n"
        "with console.step('Build'):\n"
        "    step = console.begin('[2/3] RUN pip install'); step.update('Downloading numpy')\n"
        "    time.sleep(0.8); step.done(); time.sleep(0.2)\n"
    )
    output = run_on_terminal(program)

    assert "Downloading numpy" in output
    assert any(frame in output for frame in "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
    assert "✓\x1b[0m [2/3] RUN pip install" in output
    assert output.rstrip().endswith("s)\x1b[0m")
    assert output.rindex("\x1b[?25h") > output.rindex("\x1b[?25l"), "the cursor stays hidden"


def test_a_quick_step_on_a_terminal_does_not_wait_for_rich() -> None:
    program = (
        "import sys; from airflow_ecs_image.console import Console\n"
        "with Console().step('Build'): pass\n"
        "assert 'rich' not in sys.modules"
    )
    assert "✓\x1b[0m Build" in run_on_terminal(program)


def run_on_terminal(program: str) -> str:
    """What the program writes to a terminal of its own, once it has ended well."""
    controller, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 100))
    environment = {**os.environ, **TERMINAL, "PYTHONIOENCODING": "utf-8"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen([sys.executable, "-c", program], stdout=terminal, env=environment)
    os.close(terminal)
    output = b""
    try:
        while piece := os.read(controller, 65536):
            output += piece
    except OSError:  # how Linux says that the other end is closed
        pass
    finally:
        os.close(controller)
    assert process.wait(timeout=30) == 0
    return output.decode()
