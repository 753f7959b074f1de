"""Commands for root, the user's word before them, and the engine as a process."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import SetupFailed
from airflow_ecs_image.setup.consent import Consent
from airflow_ecs_image.setup.daemon import Daemon
from airflow_ecs_image.setup.installation import install
from airflow_ecs_image.setup.machine import Machine
from airflow_ecs_image.setup.privileged import Command, run_as_root, typed_by_hand, write_file

# The commands of these tests need no root: a machine that believes to have it runs them as they are.
ROOT = Machine("Linux", "amd64", "Debian GNU/Linux 13 (trixie)", "debian", version="13", is_root=True)
NOBODY = Machine("Linux", "amd64", "Debian GNU/Linux 13 (trixie)", "debian", version="13")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[IO[bytes]]:
    """A terminal as standard input; what is written to it is what the user types."""
    user, program = os.openpty()
    with os.fdopen(program, encoding="utf-8") as stdin, os.fdopen(user, "wb", buffering=0) as typing:
        monkeypatch.setattr("sys.stdin", stdin)
        yield typing


def test_a_file_is_written_as_the_printed_command_would(tmp_path: Path) -> None:
    command = write_file(str(tmp_path / "with space"), "one\n$two\n")
    run_as_root(ROOT, command)
    assert (tmp_path / "with space").read_text() == "one\n$two\n"
    (tmp_path / "with space").unlink()
    subprocess.run(["bash", "-c", "\n".join(typed_by_hand([command]))], check=True, stdout=subprocess.DEVNULL)
    assert (tmp_path / "with space").read_text() == "one\n$two\n"


def test_without_root_and_sudo_the_command_is_named() -> None:
    with pytest.raises(SetupFailed) as failed:
        run_as_root(NOBODY, Command(("apt-get", "update")))
    assert "there is no sudo" in failed.value.message
    assert failed.value.details == ("apt-get update",)


def test_a_failing_command_shows_its_last_lines() -> None:
    with pytest.raises(SetupFailed, match="ended with 7") as failed:
        run_as_root(ROOT, Command(("sh", "-c", "seq 1 20; echo broken >&2; exit 7")))
    assert failed.value.details[-1] == "broken"
    assert len(failed.value.details) == 8


def test_a_missing_command_is_no_traceback() -> None:
    with pytest.raises(SetupFailed, match="no-such-program: no such command on Debian"):
        run_as_root(ROOT, Command(("no-such-program",)))


def test_the_user_is_asked_once(
    terminal: IO[bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = io.StringIO()
    consent = Consent(ROOT, Console(stream=people, environment={}))
    terminal.write(b"y\n")
    consent.run("Install one", [Command(("touch", str(tmp_path / "one")))])
    consent.run("Install two", [Command(("touch", str(tmp_path / "two")))])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]
    assert capsys.readouterr().err == "Continue? [Y/n] "
    assert f"touch {tmp_path / 'one'}" in people.getvalue()


def test_a_no_changes_nothing_and_names_the_commands(terminal: IO[bytes], tmp_path: Path) -> None:
    consent = Consent(ROOT, Console(stream=io.StringIO(), environment={}))
    terminal.write(b"n\n")
    with pytest.raises(SetupFailed, match="you said no") as failed:
        consent.run("Install one", [Command(("touch", str(tmp_path / "one")))])
    assert failed.value.details == (f"touch {tmp_path / 'one'}",)
    assert not list(tmp_path.iterdir())


def test_without_a_terminal_nobody_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    Consent(ROOT, Console(stream=io.StringIO(), environment={})).run(
        "x", [Command(("touch", str(tmp_path / "one")))]
    )
    assert (tmp_path / "one").exists()


def test_a_foreign_engine_that_is_down_is_not_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
    with pytest.raises(SetupFailed, match="DOCKER_HOST") as failed:
        install(["engine"], assume_yes=True, console=Console(stream=io.StringIO(), environment={}))
    assert "unset DOCKER_HOST" in (failed.value.mend or "")


class TestDaemon:
    """With a program that is named like the engine and sleeps."""

    @pytest.fixture
    def daemon(self, tmp_path: Path) -> Daemon:
        return Daemon(pid_file=tmp_path / "docker.pid", log_file=tmp_path / "dockerd.log")

    @pytest.fixture
    def process(self, daemon: Daemon, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
        program = shutil.copy(shutil.which("sleep") or "/bin/sleep", tmp_path / "dockerd")
        with subprocess.Popen([program, "60"]) as process:
            daemon.pid_file.write_text(f"{process.pid}\n")
            # The kernel names the process a moment after Popen returns.
            while not daemon.is_running():
                time.sleep(0.01)
            yield process
            process.kill()

    def test_a_number_that_now_belongs_to_another_program_is_no_engine(self, daemon: Daemon) -> None:
        assert not daemon.is_running()
        daemon.pid_file.write_text(str(os.getpid()))
        assert not daemon.is_running()

    def test_it_is_not_started_twice(self, daemon: Daemon, process: subprocess.Popen[bytes]) -> None:
        assert daemon.is_running()
        daemon.start_process(NOBODY)

    def test_waiting_ends_with_the_answer(self, daemon: Daemon, process: subprocess.Popen[bytes]) -> None:
        answers = iter([False, True])
        daemon.wait(lambda: next(answers))

    def test_waiting_ends_with_its_life_and_shows_its_log(
        self, daemon: Daemon, process: subprocess.Popen[bytes]
    ) -> None:
        daemon.log_file.write_text("starting\nfailed to mount overlay: operation not permitted\n")

        def answers() -> bool:
            asked.append(daemon.is_running())
            if len(asked) == 2:
                process.kill()
                process.wait()
            return False

        asked: list[bool] = []
        with pytest.raises(SetupFailed, match="ended right after its start") as failed:
            daemon.wait(answers)
        assert asked == [True, True]
        assert failed.value.details[-1].endswith("operation not permitted")
