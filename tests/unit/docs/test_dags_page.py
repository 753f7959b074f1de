"""docs/dags.md says what the fetch and the image spec do."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from airflow_ecs_image.spec import load_spec
from airflow_ecs_image.spec.dag_bundle_config import dag_bundle_config
from airflow_ecs_image.spec.option import flag
from airflow_ecs_image.spec.rules.bundles import CONFIG_VARIABLE

from .pages import ROOT, Page

PAGE = Page("docs/dags.md")
ENTRYPOINT = ROOT / "entrypoint"
SOURCES = sorted((ENTRYPOINT / "fetch_dags").glob("*.py"))
# The entrypoint hands these on as arguments.
OF_THE_ENTRYPOINT = ["S3_URI", "CONTAINER_DAG_PATH"]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.fixture
def fetch_dags(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The package of the fetch, which is no package of the toolkit."""
    monkeypatch.syspath_prepend(str(ENTRYPOINT))
    for name in ("failures", "settings"):
        importlib.import_module(f"fetch_dags.{name}")
    return importlib.import_module("fetch_dags")


def settings(fetch_dags: ModuleType, environment: dict[str, str]) -> dict[str, object]:
    """What the fetch makes of its variables."""
    made = fetch_dags.settings.Settings(environment)
    return {name: getattr(made, name) for name in made.__slots__}


def setting_rows() -> dict[str, str]:
    """The default of each variable, as the table has it."""
    return {
        names(variable)[0]: default for variable, default, _ in PAGE.table("variable", "default", "meaning")
    }


def test_the_exit_codes_are_those_of_the_fetch(fetch_dags: ModuleType) -> None:
    kinds = [each for each in vars(fetch_dags.failures).values() if type(each).__name__ == "Kind"]
    rows = PAGE.table("exit code", "reason", "cause", "mend")
    assert kinds
    assert [(int(code), names(reason)[0]) for code, reason, _, _ in rows] == sorted(
        (kind.code, kind.reason) for kind in kinds
    )


def test_an_exit_code_elsewhere_on_the_page_is_one_of_the_table() -> None:
    known = {int(row[0]) for row in PAGE.table("exit code", "reason", "cause", "mend")}
    named = re.findall(r"exit code (\d+)|with (\d\d)\b|: (\d\d) instead of (\d\d)", PAGE.text)
    codes = {int(code) for match in named for code in match if code}
    assert {64, 72, 77} <= codes <= known


def test_the_settings_are_those_that_the_fetch_reads() -> None:
    read = {
        name
        for path in SOURCES
        for name in re.findall(r'"((?:DAG_FETCH|ENTRYPOINT)_[A-Z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert setting_rows().keys() == read | set(OF_THE_ENTRYPOINT)


def test_the_entrypoint_reads_the_others() -> None:
    text = (ENTRYPOINT / "entrypoint").read_text(encoding="utf-8")
    assert all(f"${{{name}" in text and name in setting_rows() for name in OF_THE_ENTRYPOINT)


@pytest.mark.parametrize("name", [name for name in setting_rows() if name.startswith("DAG_FETCH_")])
def test_a_default_is_what_no_value_means(fetch_dags: ModuleType, name: str) -> None:
    default = setting_rows()[name]
    text = names(default)[0] if names(default) else ""
    assert bool(text) or default.startswith("none")
    assert settings(fetch_dags, {name: text}) == settings(fetch_dags, {})


def test_the_configuration_of_the_bundle_is_that_of_the_command(tmp_path: Path) -> None:
    (command,) = (each for each in PAGE.commands() if flag("dag_bundle") in each)
    options = dict(zip(command[::2], command[1::2], strict=True))
    fields = ("dag_source", "dag_bundle", "dag_bundle_name")
    assert options.keys() == {flag(name) for name in fields}
    made = dag_bundle_config(load_spec({name: options[flag(name)] for name in fields}, {}, tmp_path))
    (shown,) = (block for block in PAGE.blocks() if block.startswith("[{"))
    assert shown == made


def test_the_list_of_bundles_is_one_that_the_spec_takes(tmp_path: Path) -> None:
    (shown,) = (block for block in PAGE.blocks() if CONFIG_VARIABLE in block)
    (tmp_path / "image.toml").write_text(shown, encoding="utf-8")
    bundles = json.loads(load_spec({}, {}, tmp_path).environment[CONFIG_VARIABLE])
    assert len(bundles) > 1
    (generated,) = json.loads(next(block for block in PAGE.blocks() if block.startswith("[{")))
    for bundle in bundles:
        assert bundle.keys() == generated.keys()
        assert bundle["kwargs"].keys() == generated["kwargs"].keys()
