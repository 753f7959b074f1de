"""Traps in the options of [aws_ecs_executor] and in run_task_kwargs."""

from __future__ import annotations

from .files import Case, kwargs, scheduler

SPOT = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
EC2 = [{"capacityProvider": "machines", "weight": 1}]
STRATEGY = {"capacity_provider_strategy": SPOT}
MANY_SUBNETS = ",".join(f"subnet-{number:02}" for number in range(17))
MANY_GROUPS = ",".join(f"sg-{number}" for number in range(6))


def overrides(*entries: object) -> dict[str, object]:
    return {"overrides": {"containerOverrides": list(entries)}}


CASES = (
    Case(
        "ECS101",
        scheduler(CAPACITY_PROVIDER_STRATEGY="FARGATE_SPOT", LAUNCH_TYPE=None),
        "CAPACITY_PROVIDER_STRATEGY",
    ),
    Case("ECS102", kwargs(STRATEGY), "LAUNCH_TYPE"),
    Case("ECS102", kwargs({"capacityProviderStrategy": SPOT}), "LAUNCH_TYPE", also=frozenset({"ECS203"})),
    Case("ECS103", scheduler(LAUNCH_TYPE=None)),
    Case("ECS104", scheduler(LAUNCH_TYPE="fargate"), "LAUNCH_TYPE"),
    Case(
        "ECS105",
        kwargs({"capacity_provider_strategy": EC2}, LAUNCH_TYPE=None, PLATFORM_VERSION="LATEST"),
        "PLATFORM_VERSION",
    ),
    Case("ECS106", kwargs({"capacity_provider_strategy": EC2}, LAUNCH_TYPE=None), "RUN_TASK_KWARGS"),
    Case("ECS111", scheduler(ASSIGN_PUBLIC_IP="true"), "ASSIGN_PUBLIC_IP"),
    Case("ECS111", scheduler(ASSIGN_PUBLIC_IP="ENABLED"), "ASSIGN_PUBLIC_IP"),
    Case("ECS112", scheduler(SUBNETS="subnet-0a, subnet-0b"), "SUBNETS"),
    Case("ECS112", scheduler(SECURITY_GROUPS="sg-0a,"), "SECURITY_GROUPS"),
    Case("ECS113", scheduler(SUBNETS=MANY_SUBNETS), "SUBNETS"),
    Case("ECS113", scheduler(SECURITY_GROUPS=MANY_GROUPS), "SECURITY_GROUPS"),
    Case("ECS114", scheduler(PLATFORM_VERSION=""), "PLATFORM_VERSION"),
    Case("ECS115", scheduler(MAX_RUN_TASK_ATTEMPTS="three"), "MAX_RUN_TASK_ATTEMPTS"),
    Case("ECS115", scheduler(CHECK_HEALTH_ON_STARTUP="yes"), "CHECK_HEALTH"),
    Case("ECS116", scheduler(SECURITY_GROUPS="subnet-0a"), "SECURITY_GROUPS"),
    Case("ECS121", scheduler(CONTAINER_NAME=None)),
    Case("ECS122", scheduler(TASK_DEFINITION=None)),
    Case("ECS123", scheduler(CLUSTER=None)),
    Case("ECS124", scheduler(SUBNETS=None)),
    Case("ECS124", scheduler(SUBNETS=""), "SUBNETS"),
    Case("ECS124", kwargs(STRATEGY, SUBNETS=None, LAUNCH_TYPE=None)),
    Case("ECS125", scheduler(REGION_NAME=None)),
    Case("ECS131", scheduler(TASK_DEFINITION="airflow-ecs:LATEST"), "TASK_DEFINITION"),
    Case("ECS132", scheduler(TASK_DEFINITION="airflow-ecs"), "TASK_DEFINITION"),
    Case("ECS201", kwargs(""), "RUN_TASK_KWARGS"),
    Case("ECS201", kwargs("{'tags': []}"), "RUN_TASK_KWARGS"),
    Case("ECS201", kwargs("[]"), "RUN_TASK_KWARGS"),
    Case("ECS202", kwargs({"tags": {"key": "team", "value": "data"}}), "RUN_TASK_KWARGS"),
    Case("ECS202", kwargs({"tags": [{"Key": "team", "Value": "data"}]}), "RUN_TASK_KWARGS"),
    Case("ECS203", kwargs({"capacityProviderStrategy": SPOT}, LAUNCH_TYPE=None), "RUN_TASK_KWARGS"),
    Case("ECS203", kwargs({"platformVersion": "1.4.0"}), "RUN_TASK_KWARGS"),
    Case("ECS204", kwargs(overrides({"name": "proxy", "cpu": 1})), "RUN_TASK_KWARGS"),
    Case("ECS204", kwargs(overrides({"name": "airflow"}, {"cpu": 1})), "RUN_TASK_KWARGS"),
    Case("ECS204", kwargs(overrides()), "RUN_TASK_KWARGS"),
    Case("ECS205", kwargs(overrides({"cpu": 1})), "RUN_TASK_KWARGS"),
    Case("ECS206", kwargs({"enable_ecs_managed_tags": True}), "RUN_TASK_KWARGS"),
    Case("ECS206", {"kwargs.json": '{\n  "propagateTags": "TASK_DEFINITION",\n  "tagz": []\n}\n'}, "tagz"),
    Case("ECS207", kwargs({"capacity_provider_strategy": "FARGATE"}, LAUNCH_TYPE=None), "RUN_TASK_KWARGS"),
    Case(
        "ECS207",
        kwargs({"capacity_provider_strategy": [{"capacity_provider": "FARGATE"}]}, LAUNCH_TYPE=None),
        "RUN_TASK_KWARGS",
    ),
    Case(
        "ECS433",
        kwargs(overrides({"name": "airflow", "environment": [{"name": "DB_PASSWORD", "value": "hunter2"}]})),
        "RUN_TASK_KWARGS",
    ),
)
