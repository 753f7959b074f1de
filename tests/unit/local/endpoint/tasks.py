"""Tasks for tests of their states."""

from __future__ import annotations

from typing import Any

from airflow_ecs_image.local.endpoint.task import Task, TaskContainer

from .in_process import CLUSTER, DEFINITION


def new_task(*containers: tuple[str, bool], task_id: str = "a" * 32, **members: Any) -> Task:
    """A task as RunTask makes it; `containers` are names and whether they are essential."""
    given = containers or (("main", True),)
    definitions = [{"name": name, "image": "image:1", "essential": essential} for name, essential in given]
    definition = {
        **DEFINITION,
        "taskDefinitionArn": "arn:aws:ecs:eu-central-1:000000000000:task-definition/plain:1",
        "revision": 1,
        "status": "ACTIVE",
        "compatibilities": ["EC2", "FARGATE"],
        "containerDefinitions": definitions,
    }
    return Task(
        **{
            "id": task_id,
            "cluster": CLUSTER,
            "definition": definition,
            "request": {},
            "containers": [
                TaskContainer(name, "image:1", f"00000000-0000-4000-8000-00000000000{number}", essential)
                for number, (name, essential) in enumerate(given)
            ],
            "credentials_id": "11111111-1111-4111-8111-111111111111",
            "created_at": 1000.0,
            "attachment_id": "22222222-2222-4222-8222-222222222222",
            **members,
        }
    )
