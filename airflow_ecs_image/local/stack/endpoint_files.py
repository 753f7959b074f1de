"""What is copied into the container of the endpoint: its code and its configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import airflow_ecs_image
from airflow_ecs_image.ecs.overrides_budget import MOST
from airflow_ecs_image.spec.rules.fargate import MEMORY_OF_CPU

CODE = "/opt/airflow-ecs-image/endpoint"
CONFIGURATION_FILE = "/etc/ecs-endpoint/configuration.json"
COMMAND = ("python3", "-m", "airflow_ecs_image.local.endpoint", CONFIGURATION_FILE)

_PACKAGE = Path(airflow_ecs_image.__file__).resolve().parent


def endpoint_files(configuration: dict[str, Any]) -> dict[str, bytes]:
    """Contents by their paths in the container. To `configuration` the limits are added that the toolkit knows."""
    sources = [_PACKAGE / "__init__.py", _PACKAGE / "local/__init__.py"]
    sources += sorted((_PACKAGE / "local/endpoint").rglob("*"))
    files = {
        f"{CODE}/{_PACKAGE.name}/{source.relative_to(_PACKAGE).as_posix()}": source.read_bytes()
        for source in sources
        if source.is_file() and "__pycache__" not in source.parts
    }
    document = {
        **configuration,
        "memory_of_cpu": {str(cpu): list(sizes) for cpu, sizes in MEMORY_OF_CPU.items()},
        "overrides_most": MOST,
    }
    return {**files, CONFIGURATION_FILE: json.dumps(document, sort_keys=True).encode()}
