"""Garbage collection waits while a worker command imports Airflow, and works as usual from the fork of the task's process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .start import AIRFLOW_3, install

_PUT_OFF = 1_000_000
# A worker as far as the collector is concerned: it makes a cycle of garbage, forks twice, and says what it sees.
_WORKER = """
import gc, os, sys

def said(moment):
    print(moment, gc.isenabled(), gc.get_threshold()[0], gc.get_freeze_count() > 0, flush=True)

said("import")
if "--own-threshold" in sys.argv:
    gc.set_threshold(12345)
if not os.fork():
    said("child")
    count = gc.get_freeze_count()
    if not os.fork():
        print("grandchild", gc.get_freeze_count() == count, flush=True)
        os._exit(0)
    os.wait()
    os._exit(0)
os.wait()
said("parent")
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with the start module, a module of the worker's name and a script called airflow."""
    install(tmp_path, "collection")
    package = tmp_path / "airflow" / "sdk" / "execution_time"
    package.mkdir(parents=True)
    for name in ("execute_workload", "something_else"):
        (package / f"{name}.py").write_text(_WORKER, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "airflow").write_text(_WORKER, encoding="utf-8")
    return tmp_path


def lines(site: Path, *arguments: str) -> list[str]:
    """What the worker says, line by line."""
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, *arguments]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=site)
    assert ended.stderr == ""
    return ended.stdout.splitlines()


def usual_threshold() -> int:
    """The one of a Python that nobody has told anything."""
    code = "import gc; print(gc.get_threshold()[0])"
    ended = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    return int(ended.stdout)


WORKER_COMMANDS = {
    "Airflow 3": AIRFLOW_3,
    "Airflow 2": ("bin/airflow", "tasks", "run", "a-dag", "a-task", "a-run", "--local"),
}


@pytest.mark.parametrize("arguments", WORKER_COMMANDS.values(), ids=WORKER_COMMANDS)
def test_put_off_until_the_fork(site: Path, arguments: tuple[str, ...]) -> None:
    arguments = (str(site / arguments[0]), *arguments[1:]) if arguments[0] != "-m" else arguments
    assert lines(site, *arguments) == [
        f"import True {_PUT_OFF} False",
        f"child True {usual_threshold()} True",
        # What the task itself forks freezes nothing more.
        "grandchild True",
        f"parent True {usual_threshold()} True",
    ]


def test_a_threshold_that_somebody_else_set_stays(site: Path) -> None:
    said = lines(site, *WORKER_COMMANDS["Airflow 3"], "--own-threshold")
    assert said[1] == "child True 12345 True"
    assert said[3] == "parent True 12345 True"


@pytest.mark.parametrize(
    "arguments",
    [
        ("-m", "airflow.sdk.execution_time.something_else"),
        ("bin/airflow", "dags", "list"),
        ("bin/airflow",),
        ("-c", _WORKER, "airflow", "tasks", "run"),
    ],
    ids=["another module", "another command", "no command", "code"],
)
def test_other_commands_are_left_alone(site: Path, arguments: tuple[str, ...]) -> None:
    assert lines(site, *arguments)[0] == f"import True {usual_threshold()} False"
