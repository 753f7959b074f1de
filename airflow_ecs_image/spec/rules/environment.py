"""Environment variables of the image: names are checked, values are data and never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping

from airflow_ecs_image.spec.refusal import Refused

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")

# Variables that another field or the base image's contract already decides.
_DECIDED = {
    "AWS_DEFAULT_REGION": "set aws_default_region instead",
    "AIRFLOW__CORE__DAGS_FOLDER": "set container_dag_path instead",
    "S3_URI": "set s3_uri instead",
    "PATH": "the base image's own PATH, which finds Airflow's Python",
    "HOME": "the base image's own HOME",
    "AIRFLOW_HOME": "the base image's own AIRFLOW_HOME, /opt/airflow",
    "VIRTUAL_ENV": "the base image's own VIRTUAL_ENV",
    "AIRFLOW_VERSION": "set airflow_version instead",
}


def environment(values: Mapping[str, str]) -> dict[str, str]:
    """Refuse names that a shell could not export, credentials, and variables that are decided elsewhere."""
    for name in values:
        if not _NAME.fullmatch(name):
            raise Refused(
                "it is not the name of a variable", "letters, digits and _, no digit first", item=name
            )
        if name.upper() in _CREDENTIALS:
            raise Refused(
                "credentials would be stored in the image",
                "none: give the ECS task a task role, or use the credential options with bake_credentials",
                item=name,
            )
        if name in _DECIDED:
            raise Refused("the image sets it", _DECIDED[name], item=name)
    return dict(values)
