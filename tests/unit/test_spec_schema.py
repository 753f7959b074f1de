"""The JSON Schema of image.toml: what the model says, and no drift."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import jsonschema
import pytest

from airflow_ecs_image.spec import EcsSpec, ImageSpec, schema
from airflow_ecs_image.spec.starter import starter_text
from airflow_ecs_image.versions import load_versions


def accepts(text: str) -> bool:
    validator = jsonschema.Draft202012Validator(schema.image_schema())
    return bool(validator.is_valid(tomllib.loads(text)))


def test_the_file_is_what_the_model_says() -> None:
    assert schema.schema_path().read_text(encoding="utf-8") == schema.schema_text(), (
        "run: python -m airflow_ecs_image.spec.schema --write"
    )


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema.schema_text()))


def test_every_key_has_a_description() -> None:
    properties: dict[str, Any] = schema.image_schema()["properties"]
    ecs = properties.pop("ecs")["properties"]
    for model, found in ((ImageSpec, properties), (EcsSpec, ecs)):
        assert found.keys() == model.model_fields.keys()
        for name, each in found.items():
            assert each["description"] == model.model_fields[name].description
            assert len(each["description"]) > 20
            assert "null" not in json.dumps(each)


def test_every_example_is_allowed() -> None:
    properties: dict[str, Any] = schema.image_schema()["properties"]
    for name, each in properties.items():
        for example in each.get("examples", []):
            jsonschema.validate({name: example}, schema.image_schema())
            context = {"s3_uri": "s3://bucket"} if example in ("s3", "archive") else {}
            context |= {"dag_bundle": "s3://bucket"} if name == "dag_bundle_name" else {}
            ImageSpec.model_validate({name: example, **context})


def test_every_example_of_the_ecs_spec_is_allowed() -> None:
    ecs: dict[str, Any] = schema.image_schema()["properties"]["ecs"]["properties"]
    for name, each in ecs.items():
        for example in each.get("examples", []):
            jsonschema.validate({"ecs": {name: example}}, schema.image_schema())
            context = {"cpu": 512} if name == "memory" else {}
            EcsSpec.model_validate({name: example, **context})


def test_the_versions_are_those_of_this_release() -> None:
    properties: dict[str, Any] = schema.image_schema()["properties"]
    assert properties["airflow_version"]["enum"] == list(load_versions().airflow)


@pytest.mark.parametrize(
    "text",
    [
        "",
        'platform = ["linux/amd64", "linux/arm64"]',
        'platform = "linux/amd64,linux/arm64"',
        's3_uri = "s3://bucket/prefix"',
        'dag_bundle = "s3://bucket/prefix"\ndag_bundle_name = "team"',
        'environment = { A = "b" }',
        '[ecs]\ncpu = 512\nsubnets = "subnet-1,subnet-2"\nephemeral_storage = 50',
        '[ecs.secrets]\nPASSWORD = "team/password"',
    ],
)
def test_it_accepts_what_the_loader_accepts(text: str) -> None:
    assert accepts(text)


@pytest.mark.parametrize(
    "text",
    [
        'airflow_verson = "3.3.2"',
        'airflow_version = "3.3"',
        "python_version = 3.13",
        'platform = ["linux/386"]',
        's3_uri = "bucket/prefix"',
        'dag_bundle = "bucket/prefix"',
        'container_dag_path = "dags"',
        'aws_default_region = "Frankfurt"',
        'dag_source = "git"',
        'aws_cli = "yes"',
        "environment = { A = 1 }",
        "ecs = 1",
        "[ecs]\ncpus = 512",
        '[ecs]\nlaunch_type = "EXTERNAL"',
    ],
)
def test_it_refuses_what_the_loader_refuses(text: str) -> None:
    assert not accepts(text)


def test_the_starter_holds_to_it() -> None:
    assert accepts(starter_text())


def test_check_finds_a_drift(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path_factory.mktemp("docs") / "deeper" / "image.schema.json"
    monkeypatch.setattr(schema, "schema_path", lambda: path)
    assert schema.main(["--check"]) == 1
    assert "--write" in capsys.readouterr().err
    assert schema.main(["--write"]) == 0
    assert schema.main(["--check"]) == 0
    path.write_text("{}")
    assert schema.main(["--check"]) == 1
    assert schema.main([]) == 2
