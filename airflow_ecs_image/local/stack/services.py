"""The services of a stack, from its request and what is known of its images: nothing is started here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_ecs_image.local.stack import names
from airflow_ecs_image.local.stack.endpoint_files import CODE, COMMAND, endpoint_files
from airflow_ecs_image.local.stack.environment import WEBSERVER_CONFIG, database_url, service_environment
from airflow_ecs_image.local.stack.request import DagSource, Ports, StackRequest
from airflow_ecs_image.local.stack.service import Service
from airflow_ecs_image.local.stack.specs import DATABASE_SECRET, FERNET_KEY_SECRET
from airflow_ecs_image.local.stack.stack_secrets import StackSecrets
from airflow_ecs_image.spec import EcsSpec, ImageSpec
from airflow_ecs_image.spec.label_names import LOCAL

FACTS = f"{LOCAL}.facts"
"""The label of the endpoint's container with what `find` cannot read elsewhere, as JSON."""

_AIRFLOW_HOME = "/opt/airflow"
_DATABASE_SCRIPT = """\
set -eu
data=/var/lib/postgresql/stack
if [ ! -s "${data}/PG_VERSION" ]; then
  printf '%s' "${POSTGRES_PASSWORD}" >/tmp/password
  initdb --pgdata "${data}" --username airflow --pwfile /tmp/password --auth scram-sha-256 >/dev/null
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"${data}/pg_hba.conf"
fi
exec postgres -D "${data}" -c listen_addresses='*' -c unix_socket_directories=/tmp -c max_connections=300 \
  -c fsync=off -c synchronous_commit=off -c full_page_writes=off"""
_BUCKETS = "/srv/s3"
_S3_SCRIPT = f"""\
set -eu
mkdir -p {_BUCKETS}/{names.DAG_BUCKET} {_BUCKETS}/{names.LOG_BUCKET}
exec rclone serve s3 {_BUCKETS} --config /dev/null --addr :{names.S3_PORT} --vfs-cache-mode off"""


@dataclass(frozen=True)
class Plan:
    """All that decides the services. `worker`, `control_plane` and `services` are ids of images."""

    request: StackRequest
    image: ImageSpec
    ecs: EcsSpec
    dag_source: DagSource
    secrets: StackSecrets
    worker: str
    worker_name: str
    control_plane: str
    services: str
    slots: int
    ports: Ports
    settings: Mapping[str, str]
    engine_socket: str
    dag_folder: str | None

    @property
    def major(self) -> int:
        """2 or 3: the line of Airflow."""
        return int(self.image.airflow_version.partition(".")[0])


def database_service(plan: Plan) -> Service:
    """PostgreSQL. Another version of Airflow gets an empty one: a schema goes up, never down."""
    return Service(
        names.POSTGRESQL,
        plan.services,
        ("bash", "-c", _DATABASE_SCRIPT),
        environment={"POSTGRES_PASSWORD": plan.secrets.database_password},
        user="postgres",
        # PostgreSQL's fast shutdown.
        stop_signal="SIGINT",
        depends_on=plan.image.airflow_version,
    )


def s3_service(plan: Plan) -> Service:
    """S3 for DAGs and logs."""
    keys = plan.secrets
    return Service(
        names.S3,
        plan.services,
        ("bash", "-c", _S3_SCRIPT),
        # One line of CSV for each pair (rclone documentation, "Environment variables"); no process list shows it.
        environment={"RCLONE_AUTH_KEY": f'"{keys.access_key_id},{keys.secret_access_key}"'},
        ports={names.S3_PORT: plan.ports.s3 or 0},
        volumes={_BUCKETS: names.s3_volume(plan.request.name)},
    )


def endpoint_service(plan: Plan) -> Service:
    """The endpoint that answers in the place of ECS."""
    request, secrets = plan.request, plan.secrets
    configuration: dict[str, Any] = {
        "stack": request.name,
        "network": request.name,
        "region": plan.ecs.region,
        "account_id": names.ACCOUNT,
        "clusters": [plan.ecs.cluster],
        "slots": plan.slots,
        "mode": request.mode,
        "credentials": {
            "access_key_id": secrets.access_key_id,
            "secret_access_key": secrets.secret_access_key,
        },
        "secrets": _secret_values(plan),
        "environment": {},
        "simulation": dict(request.simulation),
    }
    return Service(
        names.ECS,
        plan.services,
        COMMAND,
        environment={"PYTHONPATH": CODE, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        user="0",
        ports={names.ECS_PORT: plan.ports.ecs or 0},
        volumes={"/state": names.state_volume(request.name)},
        engine_socket=plan.engine_socket,
        files=endpoint_files(configuration),
        link_local_address=names.ENDPOINT_ADDRESS,
        labels={FACTS: json.dumps(_facts(plan), sort_keys=True)},
    )


def airflow_service(plan: Plan, name: str, command: tuple[str, ...], depends_on: str = "") -> Service:
    """A service of Airflow's control plane."""
    is_front = name == names.front(plan.major)
    # Airflow 2 reads the login's configuration wherever it makes the web application, which its triggerer does as well.
    files = {f"{_AIRFLOW_HOME}/webserver_config.py": WEBSERVER_CONFIG} if plan.major == 2 else {}
    return Service(
        name,
        plan.control_plane,
        command,
        environment=service_environment(name, plan.image, plan.ecs, plan.secrets, plan.settings),
        ports={names.AIRFLOW_PORT: plan.ports.airflow or 0} if is_front else {},
        volumes={plan.dag_folder: names.dag_volume(plan.request.name)} if plan.dag_folder else {},
        files=files,
        depends_on=depends_on,
    )


def airflow_commands(major: int) -> dict[str, tuple[str, ...]]:
    """What each service of Airflow runs, that of the REST API first."""
    return {
        names.front(major): ("airflow", names.front(major)),
        names.SCHEDULER: ("airflow", "scheduler"),
        names.DAG_PROCESSOR: ("airflow", "dag-processor"),
        names.TRIGGERER: ("airflow", "triggerer"),
    }


def missing_secrets(plan: Plan) -> tuple[str, ...]:
    """The variables of the task definition's secrets that nobody gave a value."""
    return tuple(name for name in plan.ecs.secrets if name not in plan.request.secrets)


def _secret_values(plan: Plan) -> dict[str, str]:
    """By their ARNs and names. Airflow's own are the stack's."""
    given = {
        reference: plan.request.secrets[name]
        for name, reference in plan.ecs.secrets.items()
        if name in plan.request.secrets
    }
    return {
        **given,
        DATABASE_SECRET: database_url(plan.secrets),
        FERNET_KEY_SECRET: plan.secrets.fernet_key,
    }


def _facts(plan: Plan) -> dict[str, str]:
    return {
        "airflow_version": plan.image.airflow_version,
        "image": plan.worker_name,
        "dag_source": plan.dag_source,
        "region": str(plan.ecs.region),
        "cluster": plan.ecs.cluster,
        "container_name": plan.ecs.container_name,
        "dag_folder": plan.dag_folder or "",
        # Where the next request says nothing about slots, they stay.
        "mode": plan.request.mode,
        "slots": str(plan.slots),
    }
