"""The DAG bundle of an image: what it may be, what it excludes, and the configuration that Airflow gets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import load_spec
from airflow_ecs_image.spec.dag_bundle_config import dag_bundle_config
from airflow_ecs_image.spec.rules.bundles import CONFIG_VARIABLE

BUNDLE = "s3://my-bucket/dags"
LIST_OF_ONES_OWN = f'{CONFIG_VARIABLE}=[{{"name": "team", "classpath": "example.Bundle", "kwargs": {{}}}}]'


def refusal(directory: Path, **values: object) -> str:
    """The one line that the values get."""
    with pytest.raises(SpecError) as caught:
        load_spec(values, {}, directory)
    assert caught.value.exit_code == 2
    assert caught.value.details == ()
    assert "\n" not in caught.value.message
    return caught.value.message


def config(directory: Path, **values: object) -> list[dict[str, Any]]:
    """Airflow's list of bundles for the values."""
    text = dag_bundle_config(load_spec(values, {}, directory))
    assert text is not None
    found: list[dict[str, Any]] = json.loads(text)
    return found


@pytest.mark.parametrize("source", [None, "none"])
def test_with_a_bundle_there_is_no_other_source(tmp_path: Path, source: str | None) -> None:
    spec = load_spec({"dag_bundle": BUNDLE, "dag_source": source}, {}, tmp_path)

    assert (spec.dag_source, spec.s3_uri) == ("none", None)
    assert (spec.dag_bundle, spec.dag_bundle_name) == (BUNDLE, "dags-folder")


def test_without_a_bundle_airflow_gets_no_list(tmp_path: Path) -> None:
    assert dag_bundle_config(load_spec({"dag_source": "none"}, {}, tmp_path)) is None


def test_airflow_gets_the_bundle_by_its_name_and_the_credentials_of_the_task_role(tmp_path: Path) -> None:
    assert config(tmp_path, dag_bundle="s3://my-bucket/team/dags", dag_bundle_name="team") == [
        {
            "name": "team",
            "classpath": "airflow.providers.amazon.aws.bundles.s3.S3DagBundle",
            "kwargs": {"aws_conn_id": None, "bucket_name": "my-bucket", "prefix": "team/dags/"},
        }
    ]


@pytest.mark.parametrize(
    ("location", "prefix"),
    [
        ("s3://my-bucket", ""),
        ("s3://my-bucket/", ""),
        ("s3://my-bucket/dags", "dags/"),
        ("s3://my-bucket/dags/", "dags/"),
        ("s3://my-bucket/v1.2/dags_2", "v1.2/dags_2/"),
    ],
)
def test_the_prefix_ends_where_its_folder_ends(tmp_path: Path, location: str, prefix: str) -> None:
    assert config(tmp_path, dag_bundle=location)[0]["kwargs"]["prefix"] == prefix


@pytest.mark.parametrize("name", ["dags-folder", "team", "Team A", "größe", "a.b", "n" * 250])
def test_any_name_that_airflow_takes(tmp_path: Path, name: str) -> None:
    assert config(tmp_path, dag_bundle=BUNDLE, dag_bundle_name=name)[0]["name"] == name


@pytest.mark.parametrize("airflow", ["3.2.1", "3.3.1"])
def test_every_airflow_3_has_bundles(tmp_path: Path, airflow: str) -> None:
    assert load_spec({"dag_bundle": BUNDLE, "airflow_version": airflow}, {}, tmp_path).dag_source == "none"


@pytest.mark.parametrize(
    ("location", "why", "allowed"),
    [
        ("my-bucket/dags", "does not start with s3://", "s3://bucket/prefix"),
        ("s3://My_Bucket/dags", "lower-case letters", "s3://bucket/prefix"),
        ("s3://my-bucket/a//b", "empty part", "s3://bucket/prefix"),
        ("s3://my-bucket/my dags", "holds a space", "s3://bucket/prefix"),
        ("s3://my-bucket/dags.tar.gz", "a DAG bundle is not unpacked", "s3_uri in its place"),
        ("s3://my-bucket/dags-", "S3DagBundle finds no prefix with that end", "a letter, a digit or _"),
        ("s3://my-bucket/dags./", "S3DagBundle finds no prefix with that end", "a letter, a digit or _"),
    ],
)
def test_a_wrong_location_is_refused(tmp_path: Path, location: str, why: str, allowed: str) -> None:
    line = refusal(tmp_path, dag_bundle=location)

    assert line.startswith(f"dag_bundle: '{location}' (--dag-bundle) — ")
    assert why in line
    assert allowed in line.partition("allowed: ")[2]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a/b", "not the name of a folder"),
        (" team", "not the name of a folder"),
        ("team ", "not the name of a folder"),
        ("..", "keeps that name for itself"),
        ("example_dags", "keeps that name for itself"),
        ("_locks", "keeps that name for itself"),
        ("ü" * 126, "longer than 250 bytes"),
    ],
)
def test_a_wrong_name_is_refused(tmp_path: Path, name: str, why: str) -> None:
    line = refusal(tmp_path, dag_bundle=BUNDLE, dag_bundle_name=name)

    assert line.startswith("dag_bundle_name: '")
    assert why in line
    assert "the name of the scheduler's bundle" in line.partition("allowed: ")[2]


def test_airflow_2_has_no_bundles(tmp_path: Path) -> None:
    assert refusal(tmp_path, dag_bundle=BUNDLE, airflow_version="2.11.2") == (
        "dag_bundle: 's3://my-bucket/dags' (--dag-bundle) — Airflow 2.11.2 has no DAG bundles; "
        "allowed: s3_uri in its place, or an Airflow 3"
    )


def test_a_bundle_and_a_fetch_exclude_each_other(tmp_path: Path) -> None:
    line = refusal(tmp_path, dag_bundle=BUNDLE, s3_uri="s3://my-bucket/dags")

    assert line.startswith("dag_bundle: 's3://my-bucket/dags' (--dag-bundle) — s3_uri is set")
    assert line.endswith("allowed: one of dag_bundle and s3_uri")


def test_a_bundle_and_dags_of_the_image_exclude_each_other(tmp_path: Path) -> None:
    line = refusal(tmp_path, dag_bundle=BUNDLE, dag_source="local")

    assert line.startswith("dag_source: 'local' (--dag-source) — dag_bundle is set")
    assert line.endswith("allowed: none, or leave dag_bundle out")


def test_a_name_without_a_bundle_is_refused(tmp_path: Path) -> None:
    line = refusal(tmp_path, dag_bundle_name="team")

    assert line.startswith("dag_bundle_name: 'team' (--dag-bundle-name) — dag_bundle is not set")
    assert line.endswith("allowed: set dag_bundle as well")


def test_the_list_of_ones_own_stands_alone(tmp_path: Path) -> None:
    spec = load_spec({"dag_source": "none", "environment": (LIST_OF_ONES_OWN,)}, {}, tmp_path)

    assert json.loads(spec.environment[CONFIG_VARIABLE])[0]["classpath"] == "example.Bundle"
    assert dag_bundle_config(spec) is None


def test_the_list_of_ones_own_beside_a_bundle_is_refused(tmp_path: Path) -> None:
    line = refusal(tmp_path, dag_bundle=BUNDLE, environment=(LIST_OF_ONES_OWN,))

    assert line.startswith(f"environment.{CONFIG_VARIABLE}: (--environment) — dag_bundle sets it")
    assert line.endswith("allowed: one of the two: without dag_bundle the list is yours")
    assert "example.Bundle" not in line


def test_all_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        load_spec({"dag_bundle": "dags", "dag_bundle_name": "a/b", "airflow_version": "1"}, {}, tmp_path)
    fields = {line.partition(":")[0] for line in caught.value.details}
    assert fields == {"airflow_version", "dag_bundle"}
