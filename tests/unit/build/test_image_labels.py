"""The labels of an image."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from airflow_ecs_image import __version__
from airflow_ecs_image.bases import ResolvedBase
from airflow_ecs_image.build.labels import dag_labels, image_labels
from airflow_ecs_image.context import DagFiles
from airflow_ecs_image.spec import ImageSpec, spec_hash

OFFICIAL = ResolvedBase(kind="official", reference="a:1@sha256:0", name="a:1", digest="sha256:0")
MIRROR = ResolvedBase(
    kind="source", reference="r:1", name="debian:trixie", fallback=True, debian="trixie", root_filesystem="mirror"
)  # fmt: skip


def test_an_official_base() -> None:
    spec = ImageSpec()
    assert image_labels(spec, OFFICIAL) == {
        "org.apache.airflow.version": spec.airflow_version,
        "org.apache.airflow.python.version": spec.python_version,
        "org.opencontainers.image.title": f"Airflow {spec.airflow_version} worker for the AWS ECS executor",
        "org.opencontainers.image.version": spec.airflow_version,
        "org.opencontainers.image.base.name": "a:1",
        "org.opencontainers.image.base.digest": "sha256:0",
        "io.airflow-ecs-image.version": __version__,
        "io.airflow-ecs-image.base": "official",
        "io.airflow-ecs-image.executor-package": spec.executor_package_version,
        "io.airflow-ecs-image.dag-source": "local",
        "io.airflow-ecs-image.dag-path": "/opt/airflow/dags",
        "io.airflow-ecs-image.aws-cli": "true",
        "io.airflow-ecs-image.spec-hash": spec_hash(spec),
    }


def test_a_source_base_that_auto_fell_back_to() -> None:
    labels = image_labels(ImageSpec(), MIRROR)
    assert labels["io.airflow-ecs-image.base"] == "source"
    assert labels["io.airflow-ecs-image.base-fallback"] == "true"
    assert labels["io.airflow-ecs-image.root-filesystem"] == "mirror"
    assert "org.opencontainers.image.base.digest" not in labels


@pytest.mark.parametrize(
    ("fields", "label", "value"),
    [
        ({"aws_cli": False}, "io.airflow-ecs-image.aws-cli", "false"),
        ({"s3_uri": "s3://bucket/dags"}, "io.airflow-ecs-image.dag-source", "s3"),
        ({"s3_uri": "s3://bucket/dags.tgz"}, "io.airflow-ecs-image.dag-source", "archive"),
        ({"dag_source": "none"}, "io.airflow-ecs-image.dag-source", "none"),
        ({"container_dag_path": "/srv/dags"}, "io.airflow-ecs-image.dag-path", "/srv/dags"),
        ({"labels": {"com.example.team": "a b"}}, "com.example.team", "a b"),
        ({"labels": {"org.opencontainers.image.title": "mine"}}, "org.opencontainers.image.title", "mine"),
    ],
)
def test_what_the_spec_decides(fields: dict[str, Any], label: str, value: str) -> None:
    assert image_labels(ImageSpec(**fields), OFFICIAL)[label] == value


def test_baked_credentials_are_labelled_and_not_shown() -> None:
    given = {
        "aws_access_key_id": "canary-id",
        "aws_secret_access_key": "canary-key",
        "bake_credentials": True,
    }
    labels = image_labels(ImageSpec.model_validate(given), OFFICIAL)
    assert labels["io.airflow-ecs-image.baked-credentials"] == "true"
    assert "canary" not in str(labels)
    assert "io.airflow-ecs-image.baked-credentials" not in image_labels(ImageSpec(), OFFICIAL)


def test_the_dag_files_are_counted_and_hashed() -> None:
    files = DagFiles(Path("dags"), (PurePosixPath("a.py"), PurePosixPath("b.py")), 3, "0f")
    assert dag_labels(files) == {
        "io.airflow-ecs-image.dag-hash": "0f",
        "io.airflow-ecs-image.dag-files": "2",
    }
    assert dag_labels(None) == {}
