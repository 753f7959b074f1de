"""Plans of stacks, without an engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflow_ecs_image.local.stack import StackRequest
from airflow_ecs_image.local.stack.request import Ports
from airflow_ecs_image.local.stack.services import Plan
from airflow_ecs_image.local.stack.specs import dag_source_of, local_ecs_spec, local_image_spec
from airflow_ecs_image.local.stack.stack_secrets import StackSecrets
from airflow_ecs_image.spec import load_ecs_spec, load_spec

SECRETS = StackSecrets("LOCAL1", "s3-secret", "jwt-secret", "fernet-key", "database-password")
VERSIONS = {2: ("2.11.2", "3.11"), 3: ("3.3.2", "3.13")}


def request_of(
    image: dict[str, Any] | None = None, ecs: dict[str, Any] | None = None, **values: Any
) -> StackRequest:
    """The request of a folder without image.toml."""
    folder = Path("/nowhere")
    return StackRequest(
        load_spec(image or {}, {}, folder), load_ecs_spec(ecs or {}, {}, folder), folder, **values
    )


def plan_of(major: int = 3, request: StackRequest | None = None, **values: Any) -> Plan:
    """The plan of a request for an image of that line."""
    request = request or request_of()
    version, python = VERSIONS[major]
    source = dag_source_of(request)
    return Plan(
        **{
            "request": request,
            "image": local_image_spec(request.image, version, python),
            "ecs": local_ecs_spec(request, version, source, {}),
            "dag_source": source,
            "secrets": SECRETS,
            "worker": "sha256:worker",
            "worker_name": "worker:1",
            "control_plane": "sha256:control-plane",
            "services": "sha256:services",
            "slots": 2,
            "ports": Ports(0, 0, 0),
            "settings": request.settings,
            "engine_socket": "/var/run/docker.sock",
            "dag_folder": "/opt/airflow/dags",
            **values,
        }
    )
