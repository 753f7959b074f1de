"""Deployments that need different policies, and their statements by name."""

from __future__ import annotations

from typing import Any

from airflow_ecs_image.ecs.iam import policies
from airflow_ecs_image.ecs.iam_model import Policy
from airflow_ecs_image.ecs.place import Place
from airflow_ecs_image.spec import EcsSpec, ImageSpec

from .deployments import ACCOUNT, PLACE, ecs_spec, image_spec

GROUP = f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:airflow-tasks"
DEPLOYMENTS: dict[str, tuple[ImageSpec, EcsSpec]] = {
    "airflow 3": (image_spec(3), ecs_spec()),
    "airflow 2": (image_spec(2), ecs_spec(secrets={"A": "/team/a"})),
    "prefix": (image_spec(s3_uri="s3://team-dags/dags"), ecs_spec(remote_logs="s3://team-logs/airflow/")),
    "whole buckets": (image_spec(s3_uri="s3://team-dags"), ecs_spec(remote_logs="s3://team-logs")),
    "archive": (image_spec(s3_uri="s3://team-dags/a/b.tar.gz"), ecs_spec(remote_logs=f"cloudwatch://{GROUP}")),
    "pointer": (image_spec(s3_uri="s3://team-dags/a/latest.sha256"), ecs_spec(tags={"team": "data"})),
    "bundle": (image_spec(dag_bundle="s3://team-dags/dags"), ecs_spec(capacity_providers=("FARGATE_SPOT",))),
    "exec": (image_spec(), ecs_spec(run_task_kwargs={"enableExecuteCommand": True, "propagateTags": "TASK_DEFINITION"})),
}  # fmt: skip


def statements(policy: Policy) -> dict[str, dict[str, Any]]:
    return {each["Sid"]: each for each in policy.document()["Statement"]}


def one(
    name: str, image: ImageSpec, ecs: EcsSpec, place: Place = PLACE, **more: Any
) -> dict[str, dict[str, Any]]:
    made = policies(image, ecs, place, (name,), **more)
    return statements(made[0]) if made else {}
