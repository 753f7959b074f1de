"""What a task finds at 169.254.170.2: its credentials and its metadata."""

from __future__ import annotations

from airflow_ecs_image.local.endpoint.endpoint import Endpoint
from airflow_ecs_image.local.endpoint.server import Answer, Request, json_answer

from . import credentials, metadata


def answer(endpoint: Endpoint, request: Request) -> Answer:
    """The answer to a request of a task."""
    parts = request.path.strip("/").split("/")
    match request.method, parts:
        case "GET", ["v2", "credentials", credentials_id]:
            return credentials.answer(endpoint, credentials_id)
        case "GET", ["v4", fargate_id, *rest]:
            return metadata.answer(endpoint, fargate_id, "/".join(rest))
    return json_answer({"message": "not found"}, status=404)
