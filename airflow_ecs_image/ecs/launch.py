"""What a task can run on: Fargate, or machines of EC2."""

from __future__ import annotations

from typing import Literal

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import EcsSpec

Compatibility = Literal["FARGATE", "EC2"]
_OF_FARGATE = ("FARGATE", "FARGATE_SPOT")


def compatibility(ecs: EcsSpec) -> Compatibility:
    """What the task definition must be valid for. SpecError for capacity providers of both kinds.

    ECS developer guide, "Amazon ECS clusters for Fargate": a strategy holds those of Fargate or those of EC2, never both.
    """
    names = {provider.partition(":")[0] for provider in ecs.capacity_providers}
    kinds = {name in _OF_FARGATE for name in names}
    if len(kinds) == 2:
        raise SpecError(
            f"ecs.capacity_providers: {', '.join(sorted(names))} — ECS mixes no providers of Fargate and EC2 in one strategy",
            mend=f"only {' and '.join(_OF_FARGATE)}, or only those of EC2",
        )
    if names:
        return "FARGATE" if kinds == {True} else "EC2"
    return "EC2" if ecs.launch_type == "EC2" else "FARGATE"
