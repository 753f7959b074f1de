"""Files that are right alone, and contradict each other."""

from __future__ import annotations

import json

from airflow_ecs_image.ecs.image_facts import ImageFacts

from .files import (
    BUNDLES,
    EXECUTORS,
    FERNET,
    FOLDER,
    JWT,
    SCHEDULER,
    URL,
    Case,
    definition,
    env,
    scheduler,
    worker,
)

LABELS = {
    "io.airflow-ecs-image.version": "1",
    "org.apache.airflow.version": "3.3.2",
    "org.apache.airflow.python.version": "3.13",
}
IMAGE = {"AIRFLOW__CORE__EXECUTOR": EXECUTORS}
TEAM = json.dumps([{"name": "team", "classpath": "x", "kwargs": {}}])
OTHER = json.dumps([{"name": "other", "classpath": "x", "kwargs": {}}])
HEAD = "# Component: scheduler; Airflow {}\n"


def image(platform: str = "linux/amd64", **environment: str) -> ImageFacts:
    return ImageFacts("worker:1", platform, {**IMAGE, **environment}, LABELS)


def api_server(**changes: str | None) -> dict[str, str]:
    return {"api-server.env": env(SCHEDULER, **changes)}


CASES = (
    Case("ECS701", {**scheduler(CONTAINER_NAME="worker"), **definition()}, "CONTAINER_NAME"),
    Case("ECS702", {**scheduler(REGION_NAME="us-east-1"), **worker()}, "AWS_DEFAULT_REGION"),
    Case(
        "ECS702",
        scheduler(CLUSTER="arn:aws:ecs:us-east-1:123456789012:cluster/airflow-ecs"),
        "CLUSTER",
    ),
    Case(
        "ECS703",
        {**scheduler(AIRFLOW__CORE__EXECUTOR=f"CeleryExecutor,{EXECUTORS}"), **worker()},
        "CORE__EXECUTOR",
    ),
    Case("ECS704", {"s.env": HEAD.format("3.3.1") + env(SCHEDULER)}, image=image()),
    Case("ECS705", definition(), '"cpuArchitecture"', image=image("linux/arm64")),
    Case("ECS706", {**scheduler(**{BUNDLES: TEAM}), **worker(**{BUNDLES: OTHER})}, "other"),
    Case("ECS706", {**scheduler(**{BUNDLES: TEAM}), **worker()}, BUNDLES, image=image()),
    Case("ECS706", {**scheduler(), **worker(**{BUNDLES: TEAM})}, BUNDLES),
    Case("ECS707", {**scheduler(), **worker(**{FOLDER: "s3://other-logs"})}, "other-logs"),
    Case(
        "ECS708",
        {**scheduler(**{URL: "https://inner.example.com/execution/"}), **worker()},
        "//airflow.example",
    ),
    Case("ECS709", {**scheduler(), **api_server(CLUSTER="other")}, "CLUSTER=other"),
    Case("ECS710", {**scheduler(TASK_DEFINITION="other:1"), **definition()}, "TASK_DEFINITION=other"),
    Case("ECS711", {**scheduler(), **api_server(**{JWT: "z" * 64})}, "zzz"),
    Case("ECS711", {**scheduler(**{FERNET: "one"}), **api_server(**{FERNET: "two"})}, "two"),
)
RIGHT = (
    ({**scheduler(), **worker(), **definition()}, None),
    ({**scheduler(), **api_server(), **worker()}, image()),
    ({**scheduler(), **definition()}, image()),
    ({**scheduler(**{BUNDLES: TEAM}), **worker()}, image(**{BUNDLES: TEAM})),
    ({**scheduler(**{BUNDLES: TEAM}), **worker()}, None),
    ({**scheduler(**{FOLDER: "s3://my-logs/airflow/"}), **worker()}, None),
    (
        {**scheduler(CLUSTER="arn:aws:ecs:eu-central-1:123456789012:cluster/airflow-ecs"), **api_server()},
        None,
    ),
)
