"""The probes, run by this Python as by an image's: as one script on standard input."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.checks.model import NotProven
from airflow_ecs_image.checks.probe_script import Answer, ProbeScript, probe_script, probe_source
from airflow_ecs_image.checks.worker_commands import COMMANDS, WORKLOAD_JSON


def ask(sections: Mapping[str, Mapping[str, Any]], *arguments: str, path: Path | None = None) -> Answer:
    script = probe_script(sections)
    environment = {**os.environ, "LC_ALL": "C", "PYTHONDONTWRITEBYTECODE": "1"}
    if path is not None:
        environment["PATH"] = f"{path}{os.pathsep}{environment['PATH']}"
    completed = subprocess.run(
        [sys.executable, "-", *arguments],
        input=script.text.encode("ascii"),
        capture_output=True,
        check=True,
        env=environment,
    )
    answer = script.answer(completed.stdout.decode())
    assert answer is not None
    return answer


def commands(entrypoint: list[str], path: Path) -> Mapping[str, Any]:
    arguments = {
        "entrypoint": entrypoint,
        "commands": {name: command.words for name, command in COMMANDS.items()},
        "seconds": 20.0,
    }
    return ask({"commands": arguments}, path=path).section("commands").found


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with the two programs that an image has: `python`, and the script `airflow`."""
    (tmp_path / "python").symlink_to(sys.executable)
    script = tmp_path / "airflow"
    script.write_text(f"#!{sys.executable}\nraise SystemExit(1)\n", encoding="utf-8")
    script.chmod(0o755)
    return tmp_path


def entrypoint_script(folder: Path, body: str) -> list[str]:
    script = folder / "entrypoint"
    script.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    script.chmod(0o755)
    return [str(script)]


DISPATCH = 'case "$1" in python|airflow) exec "$@" ;; *) exec airflow "$@" ;; esac'


def test_arguments_and_sections_come_back_together() -> None:
    answer = ask({"process": {}, "versions": {}}, WORKLOAD_JSON)

    assert answer.arguments == (WORKLOAD_JSON.encode(),)
    assert answer.section("versions").found["apache-airflow"] is None
    process = answer.section("process").found
    assert process["uid"] == os.getuid()
    assert process["python"] == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert len(process["chain"]) > 1
    assert process["chain"][-1].startswith("python")


def test_commands_arrive_through_a_good_entrypoint(programs: Path) -> None:
    found = commands(entrypoint_script(programs, DISPATCH), programs)

    assert {name: command.problem(found[name]) for name, command in COMMANDS.items()} == dict.fromkeys(
        COMMANDS
    )


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("exec $*", "does not reach `python` as it was sent"),
        ('exec sh -c "$*"', "does not reach"),
        ('eval "exec $*"', "does not reach"),
        ('shift; exec python "$1" "$2" "$3" "$(printf %s "$4" | tr -s " ")"', "1 of 4 arguments changed"),
        ('"$@"; exit 3', "ends with exit code 3"),
        ("exit 1", "does not reach Python: exit code 1"),
    ],
)
def test_a_bad_entrypoint_is_found_out(programs: Path, body: str, problem: str) -> None:
    found = commands(entrypoint_script(programs, body), programs)

    said = COMMANDS["Airflow 3"].problem(found["Airflow 3"])
    assert said is not None
    assert problem in said
    assert "token" not in said


def test_a_database_gate_before_the_command_does_no_harm(programs: Path) -> None:
    found = commands(entrypoint_script(programs, f"airflow db check || exit 9\n{DISPATCH}"), programs)

    assert COMMANDS["Airflow 2"].problem(found["Airflow 2"]) is None


def test_an_entrypoint_that_is_missing_is_told(programs: Path) -> None:
    found = commands(["/no/such/entrypoint"], programs)

    assert COMMANDS["version"].problem(found["version"]) == "does not start: FileNotFoundError"


def test_dependencies_of_this_environment_are_met() -> None:
    found = ask({"dependencies": {}}).section("dependencies").found

    assert found["problems"] == []
    assert found["distributions"] > 10


def test_a_probe_that_fails_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = ask({"dags": {}, "process": {}})

    with pytest.raises(NotProven, match="Airflow does not import: ModuleNotFoundError"):
        answer.section("dags")
    assert answer.section("process").found["uid"] == os.getuid()


def test_other_output_is_no_answer() -> None:
    script = ProbeScript(text="", mark="mark:")

    assert script.answer("noise\nmark in the noise\n") is None
    answer = script.answer('noise\nmark:{"arguments": ["c3a9"], "sections": {}}\nmore noise')
    assert answer == Answer(("é".encode(),), {})


def test_the_worker_that_cleans_up_after_sigterm() -> None:
    import signal

    process = subprocess.Popen([sys.executable, "-c", probe_source("termination")], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGTERM)

    assert process.communicate(timeout=10)[0] == b"asked\ncleaned\n"
    assert process.returncode == 42
