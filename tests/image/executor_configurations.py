"""Configurations of the executor: right ones, and the traps of `ecs lint` with what is seen when they strike."""

from __future__ import annotations

from typing import Any

PLACEMENTS: dict[str, dict[str, Any]] = {
    "fargate": {"platform_version": "1.4.0", "assign_public_ip": True},
    "ec2": {"launch_type": "EC2"},
    "spot": {"capacity_providers": ("FARGATE_SPOT:4", "FARGATE:1:1")},
    "machines": {"capacity_providers": ("machines",)},
    "tags": {
        "container_name": "worker",
        "tags": {"team": "it's 100%", "cost": "1"},
        "run_task_kwargs": {
            "propagateTags": "TASK_DEFINITION",
            "enableExecuteCommand": True,
            "overrides": {
                "containerOverrides": [{"name": "worker", "environment": [{"name": "A", "value": "b"}]}]
            },
        },
    },
}
STRATEGY = '{"%s":[{"capacityProvider":"FARGATE_SPOT","weight":1}]}'
Changes = dict[str, str | None]
# By the rule: what is changed (None takes it out), and words of how the executor ends, or of what botocore says.
TRAPS: dict[str, tuple[Changes, str]] = {
    "ECS101": (
        {"capacity_provider_strategy": "FARGATE", "launch_type": None},
        "Invalid type for parameter capacityProviderStrategy",
    ),
    "ECS102": ({"run_task_kwargs": STRATEGY % "capacity_provider_strategy"}, "mutually exclusive"),
    "ECS121": ({"container_name": None}, "container_name"),
    "ECS122": ({"task_definition": None}, 'Missing required parameter in input: "taskDefinition"'),
    "ECS123": ({"cluster": None}, "cluster"),
    "ECS124": ({"subnets": None}, "At least one subnet is required"),
    "ECS201": ({"run_task_kwargs": ""}, "JSONDecodeError"),
    "ECS202": ({"run_task_kwargs": '{"tags":{"key":"a","value":"b"}}'}, "Invalid type for parameter tags"),
    "ECS204": ({"run_task_kwargs": '{"overrides":{"containerOverrides":[]}}'}, "IndexError"),
    "ECS206": (
        {"run_task_kwargs": '{"enable_ecs_managed_tags":true}'},
        'Unknown parameter in input: "enableEcsManagedTags"',
    ),
    "ECS207": (
        {
            "run_task_kwargs": STRATEGY.replace("capacityProvider", "capacity_provider")
            % "capacity_provider_strategy",
            "launch_type": None,
        },
        "capacityProviderStrategy[0]",
    ),
}
# Traps that pass the executor and botocore, with what is then sent.
SENT: dict[str, tuple[Changes, dict[str, Any]]] = {
    "ECS102-camel": (
        {"run_task_kwargs": STRATEGY % "capacityProviderStrategy"},
        {
            "launchType": "FARGATE",
            "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
        },
    ),
    "ECS111": ({"assign_public_ip": "true"}, {"assignPublicIp": "DISABLED"}),
    "ECS112": ({"subnets": "subnet-0a, subnet-0b"}, {"subnets": ["subnet-0a", " subnet-0b"]}),
    "ECS114": ({"platform_version": ""}, {"platformVersion": ""}),
}
SECRETS = {
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "sqlite:////tmp/airflow.db",
    "AIRFLOW__CORE__FERNET_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "AIRFLOW__API_AUTH__JWT_SECRET": "0123456789abcdef" * 4,
}
