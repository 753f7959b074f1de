"""The list of DAG bundles that an image gives its worker."""

from __future__ import annotations

import json

from airflow_ecs_image.spec.model import ImageSpec

_CLASS = "airflow.providers.amazon.aws.bundles.s3.S3DagBundle"


def dag_bundle_config(spec: ImageSpec) -> str | None:
    """Airflow's `dag_bundle_config_list` as JSON, None for a spec without `dag_bundle`."""
    if spec.dag_bundle is None:
        return None
    bucket, _, prefix = spec.dag_bundle.removeprefix("s3://").partition("/")
    kwargs = {
        # Not a connection of Airflow's, which would cost a request and be missed: boto3 finds the task role by itself.
        "aws_conn_id": None,
        "bucket_name": bucket,
        # Without the slash S3DagBundle also meets keys such as dags-old/one.py, and stops at them (S3Hook.sync_to_local_dir).
        "prefix": f"{prefix.rstrip('/')}/" if prefix else "",
    }
    bundle = {"name": spec.dag_bundle_name, "classpath": _CLASS, "kwargs": kwargs}
    return json.dumps([bundle], ensure_ascii=False)
