"""What each service of the control plane is told: what `ecs env` writes, and what only a stack on one machine needs."""

from __future__ import annotations

from collections.abc import Mapping

from airflow_ecs_image.ecs.control_plane_environment import Component, component_environment
from airflow_ecs_image.local.stack import names
from airflow_ecs_image.local.stack.stack_secrets import StackSecrets
from airflow_ecs_image.spec import EcsSpec, ImageSpec

_COMPONENTS = {
    names.MIGRATE: Component.SCHEDULER,
    names.API_SERVER: Component.API_SERVER,
    names.WEBSERVER: Component.WEBSERVER,
    names.SCHEDULER: Component.SCHEDULER,
    names.DAG_PROCESSOR: Component.DAG_PROCESSOR,
    names.TRIGGERER: Component.TRIGGERER,
}

# Airflow's configuration reference has each of them: a laptop's worth of processes, and short waits.
_LAPTOP = {
    "AIRFLOW__CORE__PARALLELISM": "16",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "10",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
    # Else a DAG that is edited twice within half a minute runs in its older shape.
    "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
    "AIRFLOW__CORE__MIN_SERIALIZED_DAG_FETCH_INTERVAL": "0",
    # The control plane has the DAGs in a volume: its entrypoint fetches none.
    "S3_URI": "",
}
# Docker's own configuration may give every container a proxy (Docker documentation, "Use a proxy server with the Docker CLI"):
# it is for the way out.
_NEAR = ",".join(
    (
        *(names.POSTGRESQL, names.S3, names.ECS, names.API_SERVER, names.WEBSERVER, names.SCHEDULER),
        *(names.DAG_PROCESSOR, names.TRIGGERER, names.ENDPOINT_ADDRESS, "localhost", "127.0.0.1"),
    )
)
_LAPTOP_2 = {
    "AIRFLOW__WEBSERVER__WORKERS": "1",
    # How soon a new file is seen; one that changed is seen at once, and no other is read twice in half a minute.
    "AIRFLOW__SCHEDULER__DAG_DIR_LIST_INTERVAL": "2",
    # A process of its own as on Airflow 3, so that killing the scheduler stops no parsing.
    "AIRFLOW__SCHEDULER__STANDALONE_DAG_PROCESSOR": "True",
    # Nobody logs in: the port is on this machine's loopback address alone.
    "AIRFLOW__API__AUTH_BACKENDS": "airflow.api.auth.backend.default",
    # The thread of gunicorn's control socket may hold the lock of standard error while a worker is forked, which then waits
    # for it for ever. Nobody uses the socket.
    "GUNICORN_CMD_ARGS": "--no-control-socket",
}
_LAPTOP_3 = {
    "AIRFLOW__API__WORKERS": "1",
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "2",
    "AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": "1",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
    # Tasks of the LocalExecutor run in the scheduler's container: how soon their end is noticed, and their log uploaded.
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
}

WEBSERVER_CONFIG = b"AUTH_ROLE_PUBLIC = 'Admin'\nWTF_CSRF_ENABLED = False\n"
"""webserver_config.py of Airflow 2: who is not logged in may do everything."""


def database_url(secrets: StackSecrets) -> str:
    """The connection string of Airflow's database on the stack's network."""
    return f"postgresql+psycopg2://airflow:{secrets.database_password}@{names.POSTGRESQL}/postgres"


def service_environment(
    service: str,
    image: ImageSpec,
    ecs: EcsSpec,
    secrets: StackSecrets,
    settings: Mapping[str, str],
) -> dict[str, str]:
    """All variables of a service of Airflow, with its secrets. `settings` stand over everything."""
    environment = component_environment(image, ecs, _COMPONENTS[service])
    is_airflow_3 = image.airflow_version.partition(".")[0] != "2"
    known = {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database_url(secrets),
        "AIRFLOW__CORE__FERNET_KEY": secrets.fernet_key,
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.jwt_secret,
    }
    return {
        **environment.variables,
        **{name: known[name] for name in environment.secrets},
        **_LAPTOP,
        **(_LAPTOP_3 if is_airflow_3 else _LAPTOP_2),
        "NO_PROXY": _NEAR,
        "no_proxy": _NEAR,
        "AWS_ENDPOINT_URL_ECS": names.ECS_URL,
        "AWS_ENDPOINT_URL_S3": names.S3_URL,
        "AWS_ACCESS_KEY_ID": secrets.access_key_id,
        "AWS_SECRET_ACCESS_KEY": secrets.secret_access_key,
        **settings,
    }
