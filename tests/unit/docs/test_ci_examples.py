"""The CI pipelines in docs/examples hold to their schemas, and their scripts to the shell and the command line."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from airflow_ecs_image.cli.verbs import VERBS, with_verb

from .pages import ROOT
from .test_commands import commands, options

EXAMPLES = ROOT / "docs/examples"
TOOLS = Path(sys.executable).parent
SCHEMAS = {
    "github-actions.yml": ("--builtin-schema", "vendor.github-workflows"),
    "gitlab-ci.yml": ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"),
    "buildspec.yml": ("--schemafile", str(EXAMPLES / "buildspec.schema.json")),
}


def script(name: str) -> list[str]:
    """The shell commands of an example, in their order."""
    document: Any = yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))
    if name == "github-actions.yml":
        steps = document["jobs"]["deploy"]["steps"]
        return [line for step in steps for line in step.get("run", "").splitlines()]
    if name == "gitlab-ci.yml":
        job = document["airflow-worker"]
        return [*job["before_script"], *job["script"], *job["after_script"]]
    return [line for phase in document["phases"].values() for line in phase["commands"]]


def linted(*command: str | Path, text: str | None = None) -> str:
    """What a linter that found something printed; nothing when all is well."""
    done = subprocess.run(command, capture_output=True, text=True, input=text, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_every_example_is_here() -> None:
    assert {path.name for path in EXAMPLES.glob("*.yml")} == SCHEMAS.keys()


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_holds_to_its_schema(name: str) -> None:
    assert not linted(TOOLS / "check-jsonschema", *SCHEMAS[name], EXAMPLES / name)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_finds_a_mistake(name: str, tmp_path: Path) -> None:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    keys = {"github-actions.yml": "runs-on:", "gitlab-ci.yml": "script:", "buildspec.yml": "commands:"}
    broken = tmp_path / name
    broken.write_text(text.replace(keys[name], "misspelt:"), encoding="utf-8")
    assert linted(TOOLS / "check-jsonschema", *SCHEMAS[name], broken)


def test_the_workflow_gives_an_attacker_nothing(tmp_path: Path) -> None:
    # zizmor knows a workflow by its place.
    workflow = tmp_path / ".github/workflows/airflow-worker.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_bytes((EXAMPLES / "github-actions.yml").read_bytes())
    zizmor = (TOOLS / "zizmor", "--offline", "--pedantic", "--strict-collection", "--no-progress")
    assert not linted(*zizmor, workflow)
    workflow.write_text(workflow.read_text().replace("permissions: {}", "permissions: write-all"))
    assert "excessive-permissions" in linted(*zizmor, workflow)


@pytest.mark.parametrize("name", SCHEMAS)
def test_its_script_is_right_bash(name: str) -> None:
    text = "#!/usr/bin/env bash\nset -euo pipefail\n" + "\n".join(script(name)) + "\n"
    # SC2155: a pipeline stops at the command before, and in GitLab and CodeBuild each line is a command of its own.
    assert not linted(TOOLS / "shellcheck", "--exclude=SC2155", "-", text=text)


@pytest.mark.parametrize("name", SCHEMAS)
def test_its_commands_are_those_of_the_command_line(name: str) -> None:
    lines = [line for line in script(name) if line.startswith("airflow-ecs-image ")]
    assert [shlex.split(line)[1] for line in lines] == ["build", "push", "ecs", "ecs", "ecs"]
    for line in lines:
        verb, *rest = with_verb(shlex.split(line.partition(" > ")[0])[1:])
        assert verb in VERBS
        known = commands(verb)
        command = known[rest[0]] if len(known) > 1 else known[""]
        assert {word for word in rest if word.startswith("--")} <= options(command), line
