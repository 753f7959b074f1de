"""Which verb an argument list means, and what each verb passes on. The work behind a verb is tested elsewhere."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from airflow_ecs_image import __version__
from airflow_ecs_image.cli import run
from airflow_ecs_image.cli.verbs import VERBS, with_verb
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.spec.option import variable


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ImageSpec.model_fields:
        monkeypatch.delenv(variable(name), raising=False)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Stands for the work of `build` and `render`, which needs an engine, and records what it is asked for."""
    seen: dict[str, Any] = {}

    def build_image(spec: ImageSpec, **arguments: Any) -> dict[str, str]:
        seen.update(arguments, spec=spec)
        return {"tag": spec.tag}

    def render_dockerfile(spec: ImageSpec, **arguments: Any) -> str:
        seen.update(arguments, spec=spec)
        arguments["console"].note("words for people")
        return "FROM scratch\n"

    for name, work in {"build": build_image, "build.plan": render_dockerfile}.items():
        module = ModuleType(f"airflow_ecs_image.{name}")
        module.__dict__[work.__name__] = work
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return seen


@pytest.mark.parametrize(
    ("arguments", "routed"),
    [
        ([], ["build"]),
        (["--platform", "linux/amd64"], ["build", "--platform", "linux/amd64"]),
        (["build", "--no-check"], ["build", "--no-check"]),
        (["--json", "check", "x"], ["check", "--json", "x"]),
        (["-C", "somewhere", "init"], ["init", "-C", "somewhere"]),
        (["-Csomewhere", "--directory=x", "doctor"], ["doctor", "-Csomewhere", "--directory=x"]),
        (["-C", "check"], ["build", "-C", "check"]),
        (["--tag", "check"], ["build", "--tag", "check"]),
        (["--json"], ["build", "--json"]),
        (["--help"], ["--help"]),
        (["-h"], ["-h"]),
        (["--version"], ["--version"]),
        (["render", "--help"], ["render", "--help"]),
        (["unknown"], ["unknown"]),
    ],
)
def test_build_is_the_verb_when_none_is_named(arguments: list[str], routed: list[str]) -> None:
    assert with_verb(arguments) == routed


@pytest.mark.parametrize("verb", [[], ["build"]])
def test_build_passes_the_spec_on(verb: list[str], calls: dict[str, Any], tmp_path: Path) -> None:
    options = [
        "--platform",
        "linux/amd64,linux/arm64",
        "--no-aws-cli",
        "--region",
        "eu-central-1",
        "-t",
        "worker:1",
    ]
    entries = ["-e", "A=1,2", "--environment", "B=x=y", "--labels", "a=b"]
    assert run([*verb, "-C", str(tmp_path), *options, *entries, "--no-check", "--no-cache"]) == 0
    spec: ImageSpec = calls["spec"]
    assert spec.platform == ("linux/amd64", "linux/arm64")
    assert (spec.aws_cli, spec.aws_default_region, spec.tag) == (False, "eu-central-1", "worker:1")
    assert (spec.environment, spec.labels) == ({"A": "1,2", "B": "x=y"}, {"a": "b"})
    assert (calls["check"], calls["no_cache"], calls["directory"]) == (False, True, tmp_path)


def test_build_checks_and_uses_the_cache_unless_told_not_to(calls: dict[str, Any], tmp_path: Path) -> None:
    assert run(["-C", str(tmp_path)]) == 0
    assert (calls["check"], calls["no_cache"]) == (True, False)
    assert calls["spec"] == ImageSpec()


def test_image_toml_of_the_working_directory_counts(calls: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "image.toml").write_text('airflow_version = "2.11.2"\naws_cli = false\n')
    assert run(["-C", str(tmp_path), "--aws-cli"]) == 0
    assert (calls["spec"].airflow_version, calls["spec"].aws_cli) == ("2.11.2", True)


@pytest.mark.parametrize("name", ImageSpec.model_fields)
def test_every_field_is_an_option(
    name: str, calls: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    option = "--" + name.replace("_", "-")
    boolean = isinstance(getattr(ImageSpec(), name), bool)
    code = run(["-C", str(tmp_path), option, *([] if boolean else ["no such = value\n"])])
    if boolean:
        assert code in (0, 12)
    else:
        assert code == 2
        assert f"({option})" in capsys.readouterr().err


def test_build_prints_one_json_document(
    calls: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--json", "-C", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == {"tag": ImageSpec().tag}
    assert calls["console"].json_mode


def test_render_prints_nothing_but_the_dockerfile(
    calls: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["render", "-C", str(tmp_path), "--base", "source"]) == 0
    output = capsys.readouterr()
    assert output.out == "FROM scratch\n"
    assert "words for people" in output.err
    assert calls["spec"].base == "source"
    assert run(["render", "-C", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"dockerfile": "FROM scratch\n"}


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"{__version__}\n"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_a_help_page(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([verb, "--help"]) == 0
    page = capsys.readouterr().out
    assert f" {verb} [OPTIONS]" in page
    for option in ("-C, --directory DIR", "--json", "-h, --help"):
        assert option in page
    assert "--debug" not in page


def test_the_help_page_shows_the_verbs_and_the_options_of_build(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    page = capsys.readouterr().out
    headings = [line for line in page.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert headings == [
        "Verbs:", "Base and versions:", "DAGs:", "Packages:", "Credentials:", "Output:", "Levers:", "Budgets:",
    ]  # fmt: skip
    for verb in VERBS:
        assert f"\n  {verb} " in page
    for name in ImageSpec.model_fields:
        assert "--" + name.replace("_", "-") in page
    for option in ("--no-check", "--no-cache", "--no-aws-cli", "[default: linux/amd64]", "[default: 3.3.2]"):
        assert option in page
    assert "host_dag_path" not in page
    assert max(map(len, page.splitlines())) <= 100
