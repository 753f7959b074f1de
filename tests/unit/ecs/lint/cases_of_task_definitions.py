"""Traps in task definitions."""

from __future__ import annotations

from typing import Any

from .files import FIRST, Case, definition

Content = dict[str, Any]


def of_task(**values: Any) -> dict[str, str]:
    """None takes a key out."""

    def change(content: Content, container: Content) -> None:
        content.update(values)
        for name in [name for name, value in values.items() if value is None]:
            del content[name]

    return definition(change)


def of_worker(**values: Any) -> dict[str, str]:
    def change(content: Content, container: Content) -> None:
        container.update(values)
        for name in [name for name, value in values.items() if value is None]:
            del container[name]

    return definition(change)


def sidecar(**values: Any) -> dict[str, str]:
    def change(content: Content, container: Content) -> None:
        content["containerDefinitions"].append({"name": "proxy", "image": "proxy:1", **values})

    return definition(change)


LOGGING = {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/worker"}}
CASES = (
    Case("ECS601", of_task(executionRoleArn=None), FIRST),
    Case("ECS602", of_task(cpu="300"), '"cpu"'),
    Case("ECS602", of_task(cpu="256", memory="4096"), '"memory"'),
    Case("ECS602", of_task(cpu=None), FIRST),
    Case("ECS603", of_task(networkMode="bridge"), '"networkMode"'),
    Case("ECS603", of_task(networkMode=None), FIRST),
    Case("ECS604", of_task(runtimePlatform=None), FIRST),
    Case("ECS605", of_task(taskRoleArn=None), FIRST),
    Case("ECS611", of_worker(entryPoint=["sh", "-c"]), '"entryPoint"'),
    Case("ECS612", of_worker(stopTimeout=300), '"stopTimeout"'),
    Case("ECS613", of_worker(image="team/worker:latest"), '"image"'),
    Case("ECS614", of_worker(logConfiguration=None), '"name": "airflow"'),
    Case("ECS615", of_worker(logConfiguration=LOGGING), '"logConfiguration"'),
    Case("ECS616", sidecar(essential=False), '"name": "proxy"'),
    Case("ECS617", of_worker(essential=False), '"essential": false'),
)
RIGHT = (
    definition(),
    of_task(cpu="1 vCPU", memory="2 GB"),
    sidecar(essential=True),
    of_task(requiresCompatibilities=["EC2"], cpu="300", networkMode="bridge"),
)
