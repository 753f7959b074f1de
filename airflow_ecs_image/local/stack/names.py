"""What the services of a stack are called, and where they are on its network."""

from __future__ import annotations

import re

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.local.model import DEFAULT_NAME

POSTGRESQL, S3, ECS = "postgresql", "s3", "ecs"
MIGRATE, SCHEDULER, DAG_PROCESSOR, TRIGGERER = "migrate", "scheduler", "dag-processor", "triggerer"
API_SERVER, WEBSERVER = "api-server", "webserver"

S3_PORT, ECS_PORT, AIRFLOW_PORT = 9000, 8000, 8080

DAG_BUCKET, LOG_BUCKET = "airflow-dags", "airflow-logs"
DAG_PREFIX = f"s3://{DAG_BUCKET}/dags"
LOG_LOCATION = f"s3://{LOG_BUCKET}/tasks"
"""Where task logs are: [logging] remote_base_log_folder."""

S3_URL = f"http://{S3}:{S3_PORT}"
ECS_URL = f"http://{ECS}:{ECS_PORT}"

ENDPOINT_ADDRESS = "169.254.170.2"
"""Where containers of ECS find their credentials and metadata (ECS developer guide, "Amazon ECS task IAM role")."""

ACCOUNT = "000000000000"
"""The account of the stack: no real one has it."""


# What Docker takes for a container (moby, daemon/names), and short enough for what is appended to it.
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,62}")


def checked(stack: str) -> str:
    """The name itself. SpecError when containers, networks, volumes and a file cannot be called so."""
    if not _NAME.fullmatch(stack):
        raise SpecError(
            f"name: '{stack}' — no stack can be called so",
            mend="2 to 63 letters, digits, dots, hyphens and underscores, a letter or a digit first",
        )
    return stack


def command(verb: str, stack: str) -> str:
    """The command of a verb of `local` for a stack."""
    return f"python build.py local {verb}" + ("" if stack == DEFAULT_NAME else f" --name {stack}")


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


def s3_volume(stack: str) -> str:
    """The volume with the buckets."""
    return f"{stack}-s3"


def state_volume(stack: str) -> str:
    """The volume with what the endpoint remembers."""
    return f"{stack}-ecs"
