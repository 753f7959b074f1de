"""`ecs lint` on the command line: what it prints, its exit codes, and that no secret is in either."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.cli import run
from airflow_ecs_image.ecs.lint.linting import RULES
from airflow_ecs_image.ecs.lint.model import Severity

from .files import DATABASE, FERNET, JWT, SCHEDULER, URL, WORKER, E, definition, env, scheduler
from .test_traps import CASES

Shell = pytest.CaptureFixture[str]
TOML = """
airflow_version = "3.3.2"

[ecs]
region = "eu-central-1"
subnets = ["subnet-0a"]
task_definition = "airflow-ecs:3"
execution_api_server_url = "https://airflow.example.com/execution/"
remote_logs = "s3://my-logs/airflow"
"""


def lint(folder: Path, *arguments: str) -> int:
    return run(["-C", str(folder), "ecs", "lint", *arguments])


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.env").write_text(text, encoding="utf-8")


def document(folder: Path, capsys: Shell, *arguments: str) -> tuple[int, dict[str, Any]]:
    code = lint(folder, "--json", *arguments)
    return code, json.loads(capsys.readouterr().out)


def test_a_finding_has_its_line_its_reason_and_the_right_line(tmp_path: Path, capsys: Shell) -> None:
    write(tmp_path, scheduler=env(SCHEDULER, ASSIGN_PUBLIC_IP="true"))
    assert lint(tmp_path, "scheduler.env") == 26
    shown = capsys.readouterr().out
    for words in (
        "scheduler.env:9",
        "error",
        "ECS111",
        "DISABLED",
        f"→ {E}ASSIGN_PUBLIC_IP=True",
        "errors: 1, advice: 0",
    ):
        assert words in shown


def test_programs_get_one_document(tmp_path: Path, capsys: Shell) -> None:
    write(tmp_path, scheduler=env(SCHEDULER, ASSIGN_PUBLIC_IP="true"))
    code, found = document(tmp_path, capsys, "scheduler.env")
    assert (code, found["passed"]) == (26, False)
    (finding,) = found["findings"]
    assert finding.keys() == {"code", "severity", "file", "line", "found", "why", "mend"}
    assert (finding["file"], finding["line"], finding["code"]) == ("scheduler.env", 9, "ECS111")
    assert found["files"] == [{"file": "scheduler.env", "kind": "env file", "component": "scheduler"}]


def test_advice_fails_only_when_it_is_asked_to(tmp_path: Path, capsys: Shell) -> None:
    write(tmp_path, scheduler=env(SCHEDULER, TASK_DEFINITION="airflow-ecs"))
    assert lint(tmp_path, "scheduler.env") == 0
    assert "ECS132" in capsys.readouterr().out
    assert lint(tmp_path, "scheduler.env", "--strict") == 26


def test_nothing_found_is_said(tmp_path: Path, capsys: Shell) -> None:
    write(tmp_path, scheduler=env(SCHEDULER))
    assert lint(tmp_path, "scheduler.env", "--strict") == 0
    assert "nothing found" in capsys.readouterr().out


def test_standard_input_is_a_file(tmp_path: Path, capsys: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(env(SCHEDULER, CLUSTER=None)))
    assert lint(tmp_path, "-") == 26
    assert "standard input" in capsys.readouterr().out


def test_the_mend_is_in_the_form_of_the_file(tmp_path: Path, capsys: Shell) -> None:
    (tmp_path / "a.sh").write_text(f"export {E}ASSIGN_PUBLIC_IP=true\n")
    (tmp_path / "airflow.cfg").write_text("[aws_ecs_executor]\nassign_public_ip = true\n")
    for name, mend in (
        ("a.sh", f"export {E}ASSIGN_PUBLIC_IP='True'"),
        ("airflow.cfg", "assign_public_ip = True (in [aws_ecs_executor])"),
    ):
        _, found = document(tmp_path, capsys, name)
        assert mend in [each["mend"] for each in found["findings"]]


def test_the_version_decides_what_a_worker_needs(tmp_path: Path, capsys: Shell) -> None:
    write(tmp_path, worker=env(WORKER))
    assert lint(tmp_path, "worker.env") == 0
    capsys.readouterr()
    _, found = document(tmp_path, capsys, "worker.env", "--airflow-version", "2.11.2")
    assert {each["code"] for each in found["findings"]} == {"ECS421", "ECS422", "ECS423"}


def test_any_version_can_be_named_and_nothing_else(tmp_path: Path, capsys: Shell) -> None:
    write(tmp_path, worker=env(WORKER))
    assert lint(tmp_path, "worker.env", "--airflow-version", "3.1.8") == 0
    assert "worker of Airflow 3.1.8" in capsys.readouterr().out
    assert lint(tmp_path, "worker.env", "--airflow-version", "three") == 2


def test_the_option_for_names_what_a_file_does_not(tmp_path: Path, capsys: Shell) -> None:
    (tmp_path / "plain").write_text(env(SCHEDULER, AIRFLOW__LOGGING__REMOTE_LOGGING=None))
    _, found = document(tmp_path, capsys, "plain")
    assert found["files"][0]["component"] == "scheduler"
    code, found = document(tmp_path, capsys, "plain", "--for", "api-server")
    assert (code, [each["code"] for each in found["findings"]]) == (0, ["ECS442"])


def test_image_toml_alone_is_looked_at(tmp_path: Path, capsys: Shell) -> None:
    (tmp_path / "image.toml").write_text(TOML)
    assert lint(tmp_path, "--strict") == 0
    (tmp_path / "image.toml").write_text(
        TOML.replace("subnets", "# subnets").replace("execution_api", "# execution_api")
    )
    capsys.readouterr()
    _, found = document(tmp_path, capsys)
    assert {each["code"] for each in found["findings"]} == {"ECS124", "ECS411"}
    assert {each["mend"] for each in found["findings"]} == {
        "subnets in [ecs] of image.toml",
        "execution_api_server_url in [ecs] of image.toml",
    }


@pytest.mark.parametrize(
    ("key", "value", "code", "line"),
    [
        ("container_name", "other", "ECS701", 11),
        ("region", "us-east-1", "ECS702", 5),
        ("remote_logs", "s3://else", "ECS707", 9),
        ("cluster", "else", "ECS709", 11),
    ],
)
def test_image_toml_and_the_files_are_compared(
    tmp_path: Path, capsys: Shell, key: str, value: str, code: str, line: int
) -> None:
    changed = f'{key} = "{value}"'
    lines = [changed if each.startswith(f"{key} =") else each for each in TOML.splitlines()]
    text = "\n".join(lines if changed in lines else [*lines, "", changed])
    (tmp_path / "image.toml").write_text(text)
    (tmp_path / "task-definition.json").write_text(definition()["task-definition.json"])
    write(tmp_path, scheduler=scheduler(**{URL: "https://airflow.example.com/execution/"})["scheduler.env"])
    _, found = document(tmp_path, capsys, "scheduler.env", "task-definition.json", "image.toml")
    places = [(each["file"], each["line"]) for each in found["findings"] if each["code"] == code]
    assert ("image.toml", line) in places


def test_a_file_that_sets_nothing_is_warned_about(tmp_path: Path, capsys: Shell) -> None:
    (tmp_path / "airflow.cfg").write_text("[core]\n# executor = LocalExecutor\n")
    assert lint(tmp_path, "airflow.cfg") == 0
    assert "airflow.cfg sets nothing" in capsys.readouterr().out


def test_no_file_is_one_line(tmp_path: Path, capsys: Shell) -> None:
    assert lint(tmp_path) == 2
    assert "there is no FILE and no image.toml" in capsys.readouterr().err


def test_the_rules_can_be_listed(tmp_path: Path, capsys: Shell) -> None:
    assert lint(tmp_path, "--list") == 0
    shown = capsys.readouterr().out
    assert all(rule.code in shown and rule.title in shown for rule in RULES)
    _, found = document(tmp_path, capsys, "--list")
    assert [each["code"] for each in found["rules"]] == [rule.code for rule in RULES]


SECRETS = {
    JWT: "hunter2-jwt",
    DATABASE: "postgresql://airflow:hunter2-db@db/airflow",
    FERNET: "hunter2-fernet",
    "AWS_ACCESS_KEY_ID": "AKIAHUNTER2HUNTER2XX",
    "AWS_SECRET_ACCESS_KEY": "hunter2-aws",
    "DB_PASSWORD": "hunter2-password",
    "AIRFLOW__SECRETS__JWT_SECRET": "hunter2-wrong-name",
    f"{E}SECRET_KEY": "hunter2-option",
    f"{E}RUN_TASK_KWARGS": '{"tags": {"token": "x"}, "hunter": 1, "overrides": {"containerOverrides": [{"name": "other", '
    '"environment": [{"name": "TOKEN", "value": "hunter2-kwargs"}]}]}}',
}


@pytest.mark.parametrize("component", ["scheduler", "worker", "api-server"])
def test_no_secret_is_ever_shown(tmp_path: Path, capsys: Shell, component: str) -> None:
    text = env({**SCHEDULER, **WORKER, **SECRETS})
    twice = "".join(f"{name}=other{value}\n" for name, value in SECRETS.items())
    (tmp_path / "a.env").write_text(text + twice)
    (tmp_path / "b.env").write_text(text)
    content = {
        "family": "f",
        "containerDefinitions": [
            {
                "name": "airflow",
                "environment": [{"name": name, "value": value} for name, value in SECRETS.items()],
            }
        ],
    }
    (tmp_path / "t.json").write_text(json.dumps(content))
    for options in ((), ("--json",)):
        assert lint(tmp_path, "a.env", "b.env", "t.json", "--for", component, *options) == 26
        shown = capsys.readouterr()
        assert "hunter2" not in (shown.out + shown.err).lower()


def test_severities_are_as_said() -> None:
    assert {rule.severity for rule in RULES} == {Severity.ERROR, Severity.ADVICE}
    assert len(CASES) > len(RULES)
