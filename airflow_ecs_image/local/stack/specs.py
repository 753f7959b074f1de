"""From the user's deployment on AWS to the same on this machine: what only AWS has is replaced, all else stays."""

from __future__ import annotations

from collections.abc import Mapping

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.local.stack import names
from airflow_ecs_image.local.stack.request import DagSource, StackRequest
from airflow_ecs_image.spec import EcsSpec, ImageSpec
from airflow_ecs_image.versions import load_versions

DEFAULT_REGION = "eu-central-1"
DATABASE_SECRET = f"arn:aws:ssm:{DEFAULT_REGION}:{names.ACCOUNT}:parameter/airflow/database"
FERNET_KEY_SECRET = f"arn:aws:ssm:{DEFAULT_REGION}:{names.ACCOUNT}:parameter/airflow/fernet-key"

S3_URI = {
    "baked": "",
    "s3": f"{names.DAG_PREFIX}/files",
    "archive": f"{names.DAG_PREFIX}/archive/latest.sha256",
}
"""Where workers fetch their DAGs at the start; empty for those that have them in the image."""

_OF_TASKS = {
    "AWS_ENDPOINT_URL_S3": names.S3_URL,
    # The worker of Airflow 3 looks this often whether its task has ended (Airflow: workers.min_heartbeat_interval).
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    "AIRFLOW_ECS_IMAGE_TIMELINE": "1",
}


def dag_source_of(request: StackRequest) -> DagSource:
    """Where workers have their DAGs from. SpecError for a spec without DAGs."""
    if request.dag_source == "baked" and request.image_name is None and request.image.dag_source != "local":
        raise SpecError(
            f"dags: 'baked' — with dag_source '{request.image.dag_source}' the image holds none",
            mend='--dags s3, or dag_source = "local" in the image spec',
        )
    if request.dag_source is not None:
        return request.dag_source
    source = {"local": "baked", "s3": "s3", "archive": "archive"}.get(request.image.dag_source)
    if source is None:
        raise SpecError(
            f"dag_source: '{request.image.dag_source}' — the stack has no DAGs then",
            mend="--dags s3, which takes those of host_dag_path",
        )
    return "baked" if source == "baked" else "s3" if source == "s3" else "archive"


def local_image_spec(image: ImageSpec, airflow_version: str, python_version: str) -> ImageSpec:
    """The image spec as the control plane takes it: with the versions of the image that runs, and no bundle elsewhere."""
    return image.model_copy(
        update={
            "airflow_version": airflow_version,
            "python_version": python_version,
            "dag_bundle": None,
        }
    )


def local_ecs_spec(
    request: StackRequest, airflow_version: str, dag_source: DagSource, bundles: Mapping[str, str]
) -> EcsSpec:
    """The ECS spec of the stack; `bundles` are variables that name where DAGs are, for the workers too.

    Of the user's stay CPU and memory, container name, executors, variables, secrets, tags and further arguments of RunTask.
    """
    ecs = request.ecs
    is_airflow_3 = load_versions().release(airflow_version).major > 2
    return ecs.model_copy(
        update={
            "region": ecs.region or request.image.aws_default_region or DEFAULT_REGION,
            "account_id": names.ACCOUNT,
            "cluster": ecs.cluster.rpartition("/")[2],
            "task_definition": ecs.family,
            "conn_id": "",
            "subnets": ecs.subnets or ("subnet-local",),
            "security_groups": ecs.security_groups or ("sg-local",),
            "execution_api_server_url": f"http://{names.API_SERVER}:{names.AIRFLOW_PORT}/execution/"
            if is_airflow_3
            else None,
            "database_secret": None if is_airflow_3 else DATABASE_SECRET,
            "fernet_key_secret": None if is_airflow_3 else FERNET_KEY_SECRET,
            "remote_logs": names.LOG_LOCATION,
            "worker_environment": {
                **ecs.worker_environment,
                **_OF_TASKS,
                **bundles,
                "S3_URI": S3_URI[dag_source],
                **request.worker_environment,
            },
        }
    )
