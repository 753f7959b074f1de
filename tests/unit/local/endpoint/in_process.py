"""An endpoint in this process, without an engine: its simulated tasks wait for a place as long as a test lasts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from airflow_ecs_image.local.endpoint.__main__ import ecs_and_admin
from airflow_ecs_image.local.endpoint.configuration import Configuration, from_document
from airflow_ecs_image.local.endpoint.endpoint import Endpoint, open_endpoint
from airflow_ecs_image.local.endpoint.server import Server
from airflow_ecs_image.spec.rules.fargate import MEMORY_OF_CPU

REGION, CLUSTER, ACCOUNT = "eu-central-1", "airflow-ecs", "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-0a"]}}
CONTAINER = {"name": "main", "image": "image:1"}
DEFINITION: dict[str, Any] = {
    "family": "plain",
    "requiresCompatibilities": ["FARGATE"],
    "networkMode": "awsvpc",
    "cpu": "256",
    "memory": "512",
    "executionRoleArn": ROLE,
    "containerDefinitions": [CONTAINER],
}


def configuration(state: Path, **changes: Any) -> Configuration:
    """What it is told."""
    return from_document(
        {
            "stack": "unit",
            "network": "unit",
            "region": REGION,
            "clusters": [CLUSTER, "second"],
            "slots": 100,
            "mode": "simulated",
            "memory_of_cpu": MEMORY_OF_CPU,
            "credentials": {"access_key_id": "key", "secret_access_key": "secret"},
            "simulation": {"place_seconds": 3600},
            "state": str(state),
            **changes,
        }
    )


@contextmanager
def serving(state: Path, **changes: Any) -> Iterator[tuple[Endpoint, Any]]:
    """The endpoint, and a boto3 client for it."""
    endpoint = open_endpoint(configuration(state, **changes))
    endpoint.registry.resume()
    with Server(lambda request: ecs_and_admin(endpoint, request), 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        client = boto3.client(
            "ecs",
            endpoint_url=f"http://127.0.0.1:{server.port}",
            region_name=REGION,
            aws_access_key_id="any",
            aws_secret_access_key="any",
            config=Config(retries={"total_max_attempts": 1}),
        )
        try:
            yield endpoint, client
        finally:
            client.close()
            server.shutdown()
            thread.join()
