"""Precedence: command line, environment, image.toml, default."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import load_ecs_spec, load_spec
from airflow_ecs_image.spec.model import ImageSpec


def write(directory: Path, text: str) -> None:
    (directory / "image.toml").write_text(text, encoding="utf-8")


def test_precedence_of_one_field(tmp_path: Path) -> None:
    variable = {"AIRFLOW_ECS_IMAGE_HOST_DAG_PATH": "from-environment"}
    assert load_spec({}, {}, tmp_path).host_dag_path == "dags"
    write(tmp_path, 'host_dag_path = "from-file"')
    assert load_spec({}, {}, tmp_path).host_dag_path == "from-file"
    assert load_spec({}, variable, tmp_path).host_dag_path == "from-environment"
    assert load_spec({"host_dag_path": "from-cli"}, variable, tmp_path).host_dag_path == "from-cli"
    assert load_spec({"host_dag_path": None}, variable, tmp_path).host_dag_path == "from-environment"


def test_fields_come_from_different_sources(tmp_path: Path) -> None:
    write(tmp_path, 'airflow_version = "2.11.2"\naws_cli = false\nsystem_packages = ["git"]\n')
    spec = load_spec({"tag": "worker"}, {"AIRFLOW_ECS_IMAGE_PLATFORM": "linux/arm64,linux/amd64"}, tmp_path)
    assert (spec.airflow_version, spec.python_version, spec.tag) == ("2.11.2", "3.11", "worker")
    assert spec.platform == ("linux/arm64", "linux/amd64")
    assert spec.aws_cli is False
    assert spec.system_packages == ("git",)


def test_a_list_is_replaced_and_a_map_adds_up(tmp_path: Path) -> None:
    write(tmp_path, 'system_packages = ["git"]\n[environment]\nA = "file"\nB = "file"\nC = "file"\n')
    variables = {"AIRFLOW_ECS_IMAGE_ENVIRONMENT": "B=variable,C=variable"}
    spec = load_spec({"system_packages": ("jq",), "environment": ("C=x=y,z",)}, variables, tmp_path)
    assert spec.system_packages == ("jq",)
    assert spec.environment == {"A": "file", "B": "variable", "C": "x=y,z"}


def test_a_map_in_a_variable_may_be_json(tmp_path: Path) -> None:
    spec = load_spec({}, {"AIRFLOW_ECS_IMAGE_LABELS": '{"a": "1,2", "b": "x=y"}'}, tmp_path)
    assert spec.labels == {"a": "1,2", "b": "x=y"}


@pytest.mark.parametrize("text", ["{broken", '["a"]', "a=1,canary"])
def test_a_map_in_a_variable_that_is_none(tmp_path: Path, text: str) -> None:
    with pytest.raises(SpecError, match=r"^environment: \(AIRFLOW_ECS_IMAGE_ENVIRONMENT\) — ") as caught:
        load_spec({}, {"AIRFLOW_ECS_IMAGE_ENVIRONMENT": text}, tmp_path)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("word", ["true", "1", "yes", "on", "True"])
def test_true_in_a_variable(tmp_path: Path, word: str) -> None:
    write(tmp_path, "bake_credentials = false")
    assert load_spec({}, {"AIRFLOW_ECS_IMAGE_BAKE_CREDENTIALS": word}, tmp_path).bake_credentials is True


def test_a_wrong_word_in_a_variable(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        load_spec({}, {"AIRFLOW_ECS_IMAGE_AWS_CLI": "maybe"}, tmp_path)
    assert caught.value.message == (
        "aws_cli: 'maybe' (AIRFLOW_ECS_IMAGE_AWS_CLI) — it is text, not true or false; allowed: true or false"
    )


def test_an_empty_value_stands_for_the_default(tmp_path: Path) -> None:
    write(tmp_path, 's3_uri = "s3://bucket"\ntag = ""\n')
    assert load_spec({}, {}, tmp_path).tag == ImageSpec().tag
    spec = load_spec({"s3_uri": ""}, {}, tmp_path)
    assert (spec.s3_uri, spec.dag_source) == (None, "local")


def test_an_empty_option_of_a_list_stands_for_the_default(tmp_path: Path) -> None:
    write(tmp_path, 'system_packages = ["git"]\n[ecs]\nsubnets = ["subnet-1"]\n')
    assert load_spec({"system_packages": ("",)}, {}, tmp_path).system_packages == ()
    assert load_ecs_spec({"subnets": ("",)}, {}, tmp_path).subnets == ()


def test_an_empty_variable_is_not_set(tmp_path: Path) -> None:
    write(tmp_path, 's3_uri = "s3://bucket"')
    assert load_spec({}, {"AIRFLOW_ECS_IMAGE_S3_URI": ""}, tmp_path).s3_uri == "s3://bucket"


@pytest.mark.parametrize(
    ("cli", "variables", "origin"),
    [
        ({"tag": "A"}, {}, "--tag"),
        ({}, {"AIRFLOW_ECS_IMAGE_TAG": "A"}, "AIRFLOW_ECS_IMAGE_TAG"),
        ({}, {}, "image.toml:2"),
    ],
)
def test_a_wrong_value_names_its_source(
    tmp_path: Path, cli: dict[str, Any], variables: dict[str, str], origin: str
) -> None:
    write(tmp_path, '# a comment\ntag = "B"\n')
    with pytest.raises(SpecError) as caught:
        load_spec(cli, variables, tmp_path)
    assert f" ({origin}) — " in caught.value.message


def test_a_misspelt_variable_names_the_closest_one(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        load_spec({}, {"AIRFLOW_ECS_IMAGE_AIRFLOW_VERSON": "2.11.2"}, tmp_path)
    assert caught.value.message == (
        "AIRFLOW_ECS_IMAGE_AIRFLOW_VERSON: unknown variable; did you mean AIRFLOW_ECS_IMAGE_AIRFLOW_VERSION?"
    )


def test_other_variables_with_the_prefix_are_let_alone(tmp_path: Path) -> None:
    load_spec({}, {"AIRFLOW_ECS_IMAGE_TEST_REGISTRY": "x", "AIRFLOW_ECS_IMAGE": "y", "PATH": "z"}, tmp_path)


def test_an_unknown_field_is_the_caller_s_mistake(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="no_such_field"):
        load_spec({"no_such_field": "x"}, {}, tmp_path)
