"""The labels of an image: what `check`, `push` and people ask it later."""

from __future__ import annotations

import json

from airflow_ecs_image import __version__
from airflow_ecs_image.bases import ResolvedBase
from airflow_ecs_image.context import DagFiles
from airflow_ecs_image.spec import ImageSpec, spec_hash
from airflow_ecs_image.spec.label_names import (
    AIRFLOW_VERSION,
    BAKED_CREDENTIALS,
    BASE_FALLBACK,
    OWN,
    PYTHON_VERSION,
    WRITABLE_PATHS,
)
from airflow_ecs_image.spec.writable_paths import writable_paths


def image_labels(spec: ImageSpec, base: ResolvedBase) -> dict[str, str]:
    """The labels that the spec and the base decide (OCI image spec, annotations; the official image's own two)."""
    labels = {
        AIRFLOW_VERSION: spec.airflow_version,
        PYTHON_VERSION: spec.python_version,
        "org.opencontainers.image.title": f"Airflow {spec.airflow_version} worker for the AWS ECS executor",
        "org.opencontainers.image.version": spec.airflow_version,
        "org.opencontainers.image.base.name": base.name,
        f"{OWN}.version": __version__,
        f"{OWN}.base": base.kind,
        f"{OWN}.executor-package": spec.executor_package_version,
        f"{OWN}.dag-source": spec.dag_source,
        f"{OWN}.dag-path": spec.container_dag_path,
        f"{OWN}.aws-cli": "true" if spec.aws_cli else "false",
        f"{OWN}.spec-hash": spec_hash(spec),
    }
    if base.digest is not None:
        labels["org.opencontainers.image.base.digest"] = base.digest
    if base.root_filesystem is not None:
        labels[f"{OWN}.root-filesystem"] = base.root_filesystem
    if base.fallback:
        labels[BASE_FALLBACK] = "true"
    if paths := writable_paths(spec):
        labels[WRITABLE_PATHS] = json.dumps(paths)
    if spec.bake_credentials:
        labels[BAKED_CREDENTIALS] = "true"
    return {**labels, **spec.labels}


def dag_labels(dag_files: DagFiles | None) -> dict[str, str]:
    """The labels that the DAG files decide; they are given to the build, so that the Dockerfile stays the same."""
    if dag_files is None:
        return {}
    return {f"{OWN}.dag-hash": dag_files.content_hash, f"{OWN}.dag-files": str(len(dag_files.files))}
