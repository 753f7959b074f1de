"""The options of Airflow's section [aws_ecs_executor], each as the executor package wants it spelt."""

from __future__ import annotations

import json

from airflow_ecs_image.spec import EcsSpec

SECTION = "aws_ecs_executor"

OPTIONS = (
    "conn_id",
    "region_name",
    "cluster",
    "container_name",
    "task_definition",
    "launch_type",
    "platform_version",
    "subnets",
    "security_groups",
    "assign_public_ip",
    "capacity_provider_strategy",
    "max_run_task_attempts",
    "check_health_on_startup",
    "run_task_kwargs",
)
"""All that the executor package knows (apache-airflow-providers-amazon, get_provider_info)."""


def executor_options(ecs: EcsSpec, region: str) -> dict[str, str]:
    """Option and value, in the order of OPTIONS; what need not be said is left out.

    Never `capacity_provider_strategy`: the executor does not parse it, so that each RunTask fails; the strategy goes into
    `run_task_kwargs`, in snake case, where the executor knows it (build_task_kwargs of the executor package). Lists have no
    spaces, because it does not strip them, and booleans are `True` and `False`, because it compares text.
    """
    options = {
        "conn_id": ecs.conn_id,
        "region_name": region,
        "cluster": ecs.cluster,
        "container_name": ecs.container_name,
        "task_definition": ecs.task_definition,
        "launch_type": ecs.launch_type,
        # ECS refuses a Fargate version for tasks on EC2, and Airflow's default LATEST is dropped for launch type EC2 alone.
        "platform_version": ecs.platform_version if ecs.launch_type == "FARGATE" else "",
        "subnets": ",".join(ecs.subnets),
        "security_groups": ",".join(ecs.security_groups),
        "assign_public_ip": str(ecs.assign_public_ip),
        "max_run_task_attempts": str(ecs.max_run_task_attempts),
        "check_health_on_startup": str(ecs.check_health_on_startup),
        "run_task_kwargs": _run_task_kwargs(ecs),
    }
    return {name: value for name, value in options.items() if value or name == "conn_id"}


def capacity_provider_strategy(ecs: EcsSpec) -> list[dict[str, object]]:
    """The capacity providers as RunTask takes them."""
    strategy = []
    for provider in ecs.capacity_providers:
        name, *numbers = provider.split(":")
        item: dict[str, object] = {"capacityProvider": name, "weight": int(numbers[0]) if numbers else 1}
        if len(numbers) > 1:
            item["base"] = int(numbers[1])
        strategy.append(item)
    return strategy


def _run_task_kwargs(ecs: EcsSpec) -> str:
    kwargs: dict[str, object] = {}
    if ecs.capacity_providers:
        kwargs["capacity_provider_strategy"] = capacity_provider_strategy(ecs)
    if ecs.tags:
        # A list: the form in the executor's documentation, an object, is refused by RunTask.
        kwargs["tags"] = [{"key": name, "value": value} for name, value in sorted(ecs.tags.items())]
    kwargs |= ecs.run_task_kwargs
    # An empty value would end the scheduler: it is parsed as JSON.
    return json.dumps(kwargs, separators=(",", ":"), ensure_ascii=False) if kwargs else ""


def variable(option: str, section: str = SECTION) -> str:
    """The environment variable of an option: AIRFLOW__SECTION__OPTION (Airflow, "Setting configuration options")."""
    return f"AIRFLOW__{section.upper()}__{option.upper()}"
