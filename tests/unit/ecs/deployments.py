"""Specs of deployments, and facts of an image, for tests of what is made from them."""

from __future__ import annotations

import json
from typing import Any

from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.ecs.place import Place
from airflow_ecs_image.spec import EcsSpec, ImageSpec
from airflow_ecs_image.spec.label_names import WRITABLE_PATHS

ACCOUNT = "123456789012"
PLACE = Place("eu-central-1", ACCOUNT)
IMAGE = f"{ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/team/worker@sha256:{'0' * 64}"
API = "https://airflow.example.com/execution/"
DATABASE = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:airflow/database-AbCdEf"
FERNET = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:airflow/fernet-GhIjKl"


def image_spec(airflow: int = 3, **values: Any) -> ImageSpec:
    """The image spec of a worker of that line of Airflow."""
    return ImageSpec(**{"airflow_version": "3.3.2" if airflow > 2 else "2.11.2", **values})


def ecs_spec(**values: Any) -> EcsSpec:
    """All that a worker of either line needs, and what else is given."""
    needed = {
        "region": PLACE.region,
        "account_id": ACCOUNT,
        "image": IMAGE,
        "execution_api_server_url": API,
        "database_secret": DATABASE,
        "fernet_key_secret": FERNET,
    }
    return EcsSpec(**{**needed, **values})


def image_facts(platform: str = "linux/amd64", *paths: str, **environment: str) -> ImageFacts:
    """Those of an image with volumes at these paths."""
    labels = {WRITABLE_PATHS: json.dumps(paths)} if paths else {}
    return ImageFacts(IMAGE, platform, environment, labels)
