"""What the services of a stack are called, and where they are on its network."""

from __future__ import annotations

POSTGRESQL, S3, ECS = "postgresql", "s3", "ecs"
MIGRATE, SCHEDULER, DAG_PROCESSOR, TRIGGERER = "migrate", "scheduler", "dag-processor", "triggerer"
API_SERVER, WEBSERVER = "api-server", "webserver"

S3_PORT, ECS_PORT, AIRFLOW_PORT = 9000, 8000, 8080

DAG_BUCKET, LOG_BUCKET = "airflow-dags", "airflow-logs"
DAG_PREFIX = f"s3://{DAG_BUCKET}/dags"

S3_URL = f"http://{S3}:{S3_PORT}"
ECS_URL = f"http://{ECS}:{ECS_PORT}"

ENDPOINT_ADDRESS = "169.254.170.2"
"""Where containers of ECS find their credentials and metadata (ECS developer guide, "Amazon ECS task IAM role")."""

ACCOUNT = "000000000000"
"""The account of the stack: no real one has it."""


def front(major: int) -> str:
    """The service that serves Airflow's REST API and its pages."""
    return API_SERVER if major > 2 else WEBSERVER


def services(major: int) -> tuple[str, ...]:
    """All that keep running, in the order in which they start."""
    return (POSTGRESQL, S3, ECS, front(major), SCHEDULER, DAG_PROCESSOR, TRIGGERER)


def container_name(stack: str, service: str) -> str:
    """The name of the container of a service."""
    return f"{stack}-{service}"


def dag_volume(stack: str) -> str:
    """The volume with the DAGs of the control plane."""
    return f"{stack}-dags"


def state_volume(stack: str) -> str:
    """The volume with what the endpoint remembers."""
    return f"{stack}-ecs"
