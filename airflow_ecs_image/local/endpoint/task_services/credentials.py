"""The container credentials endpoint (ECS developer guide, "Amazon ECS task IAM role")."""

from __future__ import annotations

import time

from airflow_ecs_image.local.endpoint.endpoint import Endpoint
from airflow_ecs_image.local.endpoint.server import Answer, json_answer
from airflow_ecs_image.local.endpoint.task import STOPPED

_VALID_SECONDS = 6 * 3600


def answer(endpoint: Endpoint, credentials_id: str) -> Answer:
    """The credentials of the task that has that id; the agent's 400 when there is none that runs."""
    for task in endpoint.registry.all():
        if task.credentials_id == credentials_id and task.status != STOPPED and task.task_role:
            keys = endpoint.configuration.credentials
            return json_answer(
                {
                    "RoleArn": task.task_role,
                    "AccessKeyId": keys.access_key_id,
                    "SecretAccessKey": keys.secret_access_key,
                    "Token": keys.token or f"local-{task.credentials_id}",
                    "Expiration": time.strftime(
                        "%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + _VALID_SECONDS)
                    ),
                },
                note="credentials",
            )
    return json_answer(
        {
            "code": "InvalidIdInRequest",
            "message": "CredentialsV2Request: Credentials not found",
            "HTTPErrorCode": 400,
        },
        status=400,
    )
