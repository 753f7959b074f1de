"""The spec's hash: the same for the same image, another for every other."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_ecs_image.spec import ImageSpec, spec_hash

OTHERS: dict[str, Any] = {
    "base": "official",
    "airflow_version": "3.3.1",
    "python_version": "3.12",
    "executor_package_version": "9.39.0",
    "platform": ("linux/arm64",),
    "template": "x.j2",
    "s3_uri": "s3://bucket",
    "dag_bundle": "s3://bucket",
    "dag_bundle_name": "team",
    "dag_source": "none",
    "host_dag_path": "other",
    "container_dag_path": "/srv/dags",
    "requirements_path": "other.txt",
    "system_packages": ("git",),
    "aws_cli": False,
    "debian_mirror": "http://other/debian",
    "pip_conf": "pip.conf",
    "ca_bundle": "ca.pem",
    "aws_default_region": "eu-central-1",
    "bake_credentials": True,
    "environment": {"A": "b"},
    "labels": {"a": "b"},
    "read_only_root_filesystem": True,
    "levers": {"bytecode": False},
}


def test_it_is_a_sha256_that_only_the_image_decides() -> None:
    digest = spec_hash(ImageSpec())
    assert len(bytes.fromhex(digest)) == 32
    assert digest == spec_hash(ImageSpec(tag="other"))
    assert digest == spec_hash(ImageSpec(size_budget="150 MB", start_budget="3 s"))


def test_the_order_of_a_map_does_not_matter() -> None:
    one = ImageSpec(environment={"A": "1", "B": "2"})
    other = ImageSpec(environment={"B": "2", "A": "1"})
    assert spec_hash(one) == spec_hash(other)


@pytest.mark.parametrize("field", OTHERS)
def test_every_other_field_matters(field: str) -> None:
    plain: dict[str, Any] = {"dag_bundle": "s3://bucket"} if field == "dag_bundle_name" else {}
    assert spec_hash(ImageSpec(**plain, **{field: OTHERS[field]})) != spec_hash(ImageSpec(**plain))


def test_no_field_is_forgotten_here() -> None:
    credentials = {"aws_access_key_id", "aws_secret_access_key", "aws_session_token"}
    assert {*OTHERS, *credentials, "tag", "size_budget", "start_budget"} == ImageSpec.model_fields.keys()
