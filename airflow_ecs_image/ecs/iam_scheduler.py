"""What the ECS executor, and so the scheduler, may do; and what the API server may."""

from __future__ import annotations

import re

from airflow_ecs_image.ecs.iam_logs import read_logs, write_logs
from airflow_ecs_image.ecs.iam_model import Policy, Statement
from airflow_ecs_image.ecs.place import Place
from airflow_ecs_image.spec import EcsSpec
from airflow_ecs_image.spec.rules.ecs import is_arn

_TAGGING = ("propagateTags", "propagate_tags", "enableECSManagedTags", "enable_ecs_managed_tags")


def scheduler_policy(ecs: EcsSpec, place: Place) -> Policy:
    """The requests of the executor (executor package, ecs_executor.py), each on what it is about and nothing else."""
    cluster = place.cluster_arn(ecs.cluster)
    tasks = task_arns(ecs, place)
    statements = [
        Statement(
            "RunWorkers",
            "The executor starts a task of this family, any revision, on this cluster, for each Airflow task.",
            ("ecs:RunTask",),
            (f"{_family_arn(ecs, place)}:*",),
            {"ArnEquals": {"ecs:cluster": cluster}},
        ),
        Statement(
            "WatchWorkers",
            "The executor asks how its tasks stand, and stops those whose Airflow task was cancelled; its health check stops "
            "one that does not exist.",
            ("ecs:DescribeTasks", "ecs:StopTask"),
            (tasks,),
            {"ArnEquals": {"ecs:cluster": cluster}},
        ),
        Statement(
            "PassRoles",
            "ECS gives the container these two roles on the scheduler's behalf, and no other.",
            ("iam:PassRole",),
            tuple(sorted({place.role_arn(ecs.execution_role), place.role_arn(ecs.task_role)})),
            {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
    ]
    if not ecs.launch_type and not ecs.capacity_providers:
        statements.append(
            Statement(
                "ReadDefaultCapacity",
                "Without a launch type and capacity providers the executor asks for those of the cluster.",
                ("ecs:DescribeClusters",),
                (cluster,),
            )
        )
    if ecs.tags or any(name in ecs.run_task_kwargs for name in _TAGGING):
        statements.append(
            Statement(
                "TagWorkers",
                "The executor tags the tasks that it starts, and nothing that runs already.",
                ("ecs:TagResource",),
                (tasks,),
                {"StringEquals": {"ecs:CreateAction": "RunTask"}},
            )
        )
    if any("LocalExecutor" in executor for executor in ecs.executors):
        statements += write_logs(ecs, place)
    return Policy("scheduler", "the role or user of the scheduler", tuple(statements))


def api_server_policy(ecs: EcsSpec, place: Place) -> Policy:
    """The task logs, which the API server (the web server of Airflow 2) shows; no statements without `remote_logs`."""
    return Policy("api-server", "the role or user of the API server", tuple(read_logs(ecs, place)))


def task_arns(ecs: EcsSpec, place: Place) -> str:
    """All tasks of the cluster (Service Authorization Reference, Amazon ECS: `task/CLUSTER/ID`)."""
    arn = place.cluster_arn(ecs.cluster)
    return re.sub(r":cluster/(.+)$", r":task/\1/*", arn)


def _family_arn(ecs: EcsSpec, place: Place) -> str:
    """The task definition that the executor names, without its revision."""
    named = ecs.task_definition
    arn = named if is_arn(named) else place.arn("ecs", f"task-definition/{named}")
    return re.sub(r"(task-definition/[^:]+):\d+$", r"\1", arn)
