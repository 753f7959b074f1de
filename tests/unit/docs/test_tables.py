"""The tables of the pages say what the code says."""

from __future__ import annotations

import re

from airflow_ecs_image.checks.registry import CHECKS
from airflow_ecs_image.errors import ToolkitError
from airflow_ecs_image.render.template import TEMPLATE_NAME
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.versions import load_versions

from .pages import ROOT, Page

README = Page("README.md")
GOLDEN = ROOT / "tests/unit/golden"
# BuildKit sets these itself (Dockerfile reference, "Automatic platform ARGs").
OF_BUILDKIT = {"BUILDARCH", "TARGETARCH"}


def build_arguments(golden: str) -> dict[str, str]:
    """The build arguments of a rendered Dockerfile, and their defaults."""
    found: dict[str, str] = {}
    text = (GOLDEN / golden).read_text(encoding="utf-8")
    for name, value in re.findall(r'^ARG (\w+)(?:="(.*)")?$', text, re.MULTILINE):
        found.setdefault(name, value)
    return {name: value for name, value in found.items() if name not in OF_BUILDKIT}


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


# An argument that `build` alone sets.
BUILDS_OWN = "dag_layer"


def test_the_build_arguments_are_those_of_the_dockerfile() -> None:
    rows = README.table("build argument", "field of the image spec", "default")
    table = {names(argument)[0]: (names(field)[0], default) for argument, field, default in rows}
    baked = build_arguments("source-airflow-3-s3-requirements-baked-credentials.Dockerfile")
    plain = build_arguments("source-airflow-3.Dockerfile")
    assert table.keys() == baked.keys() - {BUILDS_OWN}
    assert {
        name for name, (_, default) in table.items() if "--bake-credentials" not in default
    } == plain.keys() - {BUILDS_OWN}
    for name, (field, default) in table.items():
        assert field == name
        assert field in ImageSpec.model_fields
        assert default.partition(";")[0] == (f"`{plain[name]}`" if plain.get(name) else "none")


def test_the_exit_codes_are_those_of_the_errors() -> None:
    kinds: dict[int, set[str]] = {ToolkitError.exit_code: {ToolkitError.__name__}}
    for error in ToolkitError.__subclasses__():
        if error.__module__ == ToolkitError.__module__:
            kinds.setdefault(error.exit_code, set()).add(error.__name__)
    rows = README.table("exit code", "error")
    assert {int(code): set(names(error)[:1]) for code, error in rows if code != "0"} == kinds


def test_an_exit_code_in_a_sentence_is_one_of_the_table() -> None:
    known = {int(code) for code, _ in README.table("exit code", "error")}
    for path in ("README.md", "docs/check.md", "docs/how-it-works.md"):
        assert {int(code) for code in re.findall(r"exit code (?:is )?(\d+)", Page(path).text)} <= known


def test_the_versions_are_those_of_this_release() -> None:
    expected = [
        (
            release.version,
            ", ".join(version for version, python in release.pythons.items() if python.official),
            ", ".join(version for version, python in release.pythons.items() if python.buildable_from_source)
            or "–",
            release.executor_package,
        )
        for release in load_versions().airflow.values()
    ]
    assert (
        README.table("Airflow", "Python, official base", "Python, source base", "executor package")
        == expected
    )


def test_the_checks_are_those_that_run() -> None:
    rows = Page("docs/check.md").table("check", "what is proven", "how", "when it fails")
    assert [names(row[0])[0] for row in rows] == [check.name for check in CHECKS]


def test_the_blocks_are_those_of_the_template() -> None:
    blocks = re.findall(r"{% block (\w+) %}", (ROOT / TEMPLATE_NAME).read_text(encoding="utf-8"))
    sentence = re.search(r"The blocks, in order: ([^.]+)\.", README.text)
    assert sentence is not None
    assert names(sentence[1]) == blocks
