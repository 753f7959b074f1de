"""Options of the executor without which no task starts."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_ecs_image.ecs.control_plane_environment import REGION
from airflow_ecs_image.ecs.executor_options import variable
from airflow_ecs_image.ecs.lint.model import Hit, Inputs, Severity, Side, rule
from airflow_ecs_image.ecs.lint.run_task import OF_FARGATE, providers_of, strategy_of
from airflow_ecs_image.ecs.lint.wording import line_in


def _missing(side: Side, name: str, example: str) -> Iterator[Hit]:
    kwargs = (side.kwargs.content if side.kwargs else None) or {}
    if side.option(name) is None and name not in kwargs and side.settings:
        yield Hit(side.position, f"{name} is not set", line_in(side.kind, variable(name), example))


@rule(
    "ECS121",
    Severity.ERROR,
    "no container_name",
    why="the executor cannot be made without it: the scheduler ends with AirflowConfigException, older ones with KeyError",
)
def no_container_name(inputs: Inputs) -> Iterator[Hit]:
    """On every side that calls RunTask."""
    example = next((each.worker.get("name") for each in inputs.definitions()), None)
    for side in inputs.schedulers():
        yield from _missing(side, "container_name", str(example or "airflow"))


@rule(
    "ECS122",
    Severity.ERROR,
    "no task_definition",
    why="the scheduler starts without a word, and each RunTask fails with `Missing required parameter: taskDefinition`",
)
def no_task_definition(inputs: Inputs) -> Iterator[Hit]:
    """On every side that calls RunTask."""
    example = next((each.content.get("family") for each in inputs.definitions()), None)
    for side in inputs.schedulers():
        kwargs = (side.kwargs.content if side.kwargs else None) or {}
        if "taskDefinition" not in kwargs:
            yield from _missing(side, "task_definition", f"{example or 'FAMILY'}:1")


@rule(
    "ECS123",
    Severity.ERROR,
    "no cluster",
    why="the executor cannot be made without it: the scheduler ends with AirflowConfigException",
)
def no_cluster(inputs: Inputs) -> Iterator[Hit]:
    """On every side that calls RunTask."""
    for side in inputs.schedulers():
        if side.option("cluster") is None and side.settings:
            yield Hit(side.position, "cluster is not set", line_in(side.kind, variable("cluster"), "NAME"))


@rule(
    "ECS124",
    Severity.ERROR,
    "no subnets",
    why="a task definition with networkMode awsvpc, as all of Fargate have, needs one: the scheduler ends with `At least one subnet "
    "is required`, or each RunTask fails with `Network Configuration must be provided`",
)
def no_subnets(inputs: Inputs) -> Iterator[Hit]:
    """On Fargate, and wherever the task definition says awsvpc."""
    awsvpc = any(each.content.get("networkMode") == "awsvpc" for each in inputs.definitions())
    for side in inputs.schedulers():
        kwargs = (side.kwargs.content if side.kwargs else None) or {}
        subnets = side.option("subnets")
        given = (subnets and subnets.value != "") or any(
            key in kwargs for key in ("subnets", "networkConfiguration", "network_configuration")
        )
        if side.settings and not given and (awsvpc or _on_fargate(side)):
            yield Hit(
                subnets.position if subnets else side.position,
                "subnets are not set",
                line_in(side.kind, variable("subnets"), "subnet-…"),
            )


@rule(
    "ECS125",
    Severity.ADVICE,
    "no region",
    why="without region_name and AWS_DEFAULT_REGION the region must be in the Airflow connection, or the scheduler ends with "
    "NoRegionError",
)
def no_region(inputs: Inputs) -> Iterator[Hit]:
    """Neither the option nor a variable of AWS."""
    for side in inputs.schedulers():
        names = (variable("region_name"), REGION, "AWS_REGION")
        if side.settings and not any(name in side.settings for name in names):
            yield Hit(
                side.position,
                "region_name is not set",
                line_in(side.kind, variable("region_name"), "eu-central-1"),
            )


def _on_fargate(side: Side) -> bool:
    kwargs = side.kwargs.content if side.kwargs else None
    providers = providers_of(strategy_of(kwargs))
    launch_type = side.option("launch_type")
    if providers:
        return all(name in OF_FARGATE for name in providers)
    return launch_type is None or launch_type.value not in ("EC2", "EXTERNAL")
