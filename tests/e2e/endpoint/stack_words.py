"""What the endpoint of a test is told, and what it is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from airflow_ecs_image.spec.rules.fargate import MEMORY_OF_CPU

REGION, CLUSTER, ACCOUNT = "eu-central-1", "airflow-ecs", "000000000000"
TASK_ROLE = f"arn:aws:iam::{ACCOUNT}:role/task"
EXECUTION_ROLE = f"arn:aws:iam::{ACCOUNT}:role/execution"
SECRET_ARN = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:local-AbCdEf"
KEYS = {"access_key_id": "ASIALOCALSTACK", "secret_access_key": "secret-of-the-stack"}
NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-0a"], "securityGroups": ["sg-0a"]}}
IDLE = "trap 'exit 0' TERM; sleep infinity & wait"
"""A line of bash that goes on until SIGTERM, which a plain `sleep` as the first process would not hear."""


def definition(family: str, *containers: Mapping[str, Any], image: str, **members: Any) -> dict[str, Any]:
    """The input of RegisterTaskDefinition for Fargate."""
    return {
        "family": family,
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": EXECUTION_ROLE,
        "containerDefinitions": [
            {"image": image, "command": ["bash", "-c", "echo words"], "stopTimeout": 2, **container}
            for container in containers
        ],
        **members,
    }


def configuration(stack: str, **changes: Any) -> dict[str, Any]:
    """What an endpoint is told."""
    return {
        "stack": stack,
        "network": stack,
        "region": REGION,
        "account_id": ACCOUNT,
        "clusters": [CLUSTER],
        "slots": 4,
        "mode": "containers",
        "memory_of_cpu": {str(cpu): list(sizes) for cpu, sizes in MEMORY_OF_CPU.items()},
        "overrides_most": 8192,
        "credentials": KEYS,
        "secrets": {
            SECRET_ARN: json.dumps({"user": "airflow", "password": "not-in-any-log"}),
            "/local/connection": "postgresql://",
        },
        "kept_seconds": 3600,
        "environment": {"ADDED_BY_THE_STACK": "yes", "OWN": "of the stack"},
        "simulation": {},
        **changes,
    }


def awslogs() -> dict[str, Any]:
    """The log configuration of a container."""
    options = {
        "awslogs-group": "/ecs/airflow",
        "awslogs-region": REGION,
        "awslogs-stream-prefix": "worker",
    }
    return {"logDriver": "awslogs", "options": options}
