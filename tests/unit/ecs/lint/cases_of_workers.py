"""Traps of workers, of the control plane, of logs and of secrets."""

from __future__ import annotations

from typing import Any

from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.spec.ecs_model import EXECUTOR

from .files import (
    DATABASE,
    EXECUTORS,
    FERNET,
    FOLDER,
    JWT,
    REMOTE,
    SCHEDULER,
    URL,
    WORKER_2,
    Case,
    E,
    definition,
    env,
    scheduler,
    worker,
)

OLD = ImageFacts(
    "apache/airflow:3.1.8",
    "linux/amd64",
    {"AIRFLOW__CORE__EXECUTOR": EXECUTORS},
    {"org.apache.airflow.version": "3.1.8"},
)
WITHOUT_EXECUTOR = ImageFacts("bare:1", "linux/amd64")
WITH_KEYS = ImageFacts("baked:1", "linux/amd64", {"AWS_ACCESS_KEY_ID": "AKIAABCDEFGHIJKLMNOP"})


def worker_2(**changes: str | None) -> dict[str, str]:
    return {"worker.env": "# Component: worker; Airflow 2.11.2\n" + env(WORKER_2, **changes)}


def api_server(**changes: str | None) -> dict[str, str]:
    return {"api-server.env": env(SCHEDULER, **changes)}


def user(value: str) -> dict[str, str]:
    return definition(lambda _, container: container.update(user=value))


def plain(name: str, value: str) -> dict[str, str]:
    return definition(lambda _, container: container["environment"].append({"name": name, "value": value}))


def files_in_s3() -> dict[str, str]:
    """Of its variables nothing is known."""

    def change(_: dict[str, Any], container: dict[str, Any]) -> None:
        container["environment"] = []
        container["environmentFiles"] = [{"type": "s3", "value": "arn:aws:s3:::b/worker.env"}]

    return definition(change)


CASES = (
    Case("ECS401", worker(AIRFLOW__CORE__EXECUTOR="LocalExecutor"), "CORE__EXECUTOR"),
    Case("ECS401", worker(AIRFLOW__CORE__EXECUTOR=None), image=WITHOUT_EXECUTOR),
    Case("ECS402", worker(AWS_DEFAULT_REGION=""), "AWS_DEFAULT_REGION"),
    Case("ECS403", worker(), image=OLD),
    Case("ECS404", worker(SUBNETS="subnet-1"), "SUBNETS"),
    Case("ECS405", user("1000:1000"), '"user"'),
    Case("ECS411", worker(**{URL: None})),
    Case("ECS412", worker(**{URL: "http://localhost:8080/execution/"}), URL),
    Case("ECS412", worker(**{URL: "http://127.0.0.1/execution/"}), URL),
    Case("ECS412", worker(**{URL: "ftp://api/execution/"}), URL),
    Case("ECS413", worker(**{URL: "https://airflow.example.com/"}), URL),
    Case("ECS413", worker(**{URL: "https://airflow.example.com/execution"}), URL),
    Case("ECS413", worker(**{URL: "https://airflow.example.com"}), URL),
    Case("ECS414", worker(**{DATABASE: "postgresql://a@b/c"}), DATABASE),
    Case("ECS414", worker(**{f"{DATABASE}_CMD": "cat conn"}), DATABASE),
    Case("ECS415", worker(**{JWT: "x" * 64}), JWT),
    Case("ECS421", worker_2(**{DATABASE: None})),
    Case("ECS422", worker_2(**{FERNET: None})),
    Case("ECS423", worker_2(**{URL: "https://a/execution/"}), URL),
    Case("ECS431", worker(AWS_ACCESS_KEY_ID="AKIAABCDEFGHIJKLMNOP"), "AWS_ACCESS_KEY_ID"),
    Case("ECS431", worker(), image=WITH_KEYS),
    Case("ECS432", plain("DB_PASSWORD", "hunter2"), "DB_PASSWORD"),
    Case("ECS432", plain("SERVICE", "https://user:hunter2@example.com"), "SERVICE"),
    Case("ECS432", plain("AIRFLOW_CONN_DB", "postgresql://a:b@c/d"), "AIRFLOW_CONN_DB"),
    Case("ECS441", worker(**{REMOTE: None, FOLDER: None})),
    Case("ECS441", worker(**{REMOTE: "False"}), REMOTE),
    Case("ECS442", api_server(**{REMOTE: None, FOLDER: None})),
    Case("ECS443", worker(**{FOLDER: None}), REMOTE),
    Case("ECS443", worker(**{FOLDER: "cloudwatch://my-group"}), FOLDER),
    Case("ECS443", scheduler(**{FOLDER: "/opt/airflow/logs"}), FOLDER),
    Case("ECS501", scheduler(**{JWT: None})),
    Case("ECS501", api_server(**{JWT: None})),
    Case("ECS502", scheduler(**{JWT: "short"}), JWT),
    Case("ECS503", scheduler(AIRFLOW__CORE__EXECUTOR="LocalExecutor"), "CORE__EXECUTOR"),
    Case("ECS503", scheduler(AIRFLOW__CORE__EXECUTOR=None)),
)
RIGHT = (
    plain("AWS_WEB_IDENTITY_TOKEN_FILE", "/run/token"),
    plain("AIRFLOW_CONN_AWS_DEFAULT", "aws://"),
    plain("AIRFLOW__CORE__FERNET_KEY_CMD", "cat /run/key"),
    files_in_s3(),
    scheduler(),
    worker(),
    worker_2(),
    api_server(),
    user("1000:0"),
    worker(CONTAINER_NAME="airflow"),
    worker(AIRFLOW__CORE__EXECUTOR=f"ecs:{EXECUTOR}"),
    worker_2(**{DATABASE: None, f"{DATABASE}_SECRET": "name"}),
    scheduler(**{JWT: None, f"{JWT}_CMD": "cat secret"}),
    scheduler(**{JWT: None, "AIRFLOW__API_AUTH__JWT_PRIVATE_KEY_PATH": "/key.pem"}),
    {"scheduler.env": "# Component: scheduler; Airflow 2.11.2\n" + env(SCHEDULER, **{JWT: None})},
    {"dag-processor.env": f"AIRFLOW__CORE__EXECUTOR={EXECUTORS}\n{E}CONTAINER_NAME=airflow\n"},
)
