"""All policies of a deployment, and the commands that give them to roles."""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection, Mapping
from typing import Any

from airflow_ecs_image.ecs.iam_model import Policy
from airflow_ecs_image.ecs.iam_roles import execution_role_policy, task_role_policy, trust_policy
from airflow_ecs_image.ecs.iam_scheduler import api_server_policy, scheduler_policy
from airflow_ecs_image.ecs.place import Place
from airflow_ecs_image.spec import EcsSpec, ImageSpec

POLICIES = ("trust", "execution-role", "task-role", "scheduler", "api-server")

_ROLES_OF_OTHERS = {"scheduler": "SCHEDULER_ROLE", "api-server": "API_SERVER_ROLE"}
_HEAD = """\
#!/bin/sh
# The roles of the ECS executor's tasks, and the policies of who starts and shows them.
# Made by airflow-ecs-image from image.toml; running it again changes nothing.
set -eu
"""


def policies(
    image: ImageSpec, ecs: EcsSpec, place: Place, names: Collection[str], kms_keys: Collection[str] = ()
) -> list[Policy]:
    """Those of the names (of POLICIES), in that order; those without a statement are left out. Raises SpecError."""
    makers = {
        "execution-role": lambda: execution_role_policy(image, ecs, place, kms_keys),
        "task-role": lambda: task_role_policy(image, ecs, place, kms_keys),
        "trust": lambda: trust_policy(place),
        "scheduler": lambda: scheduler_policy(ecs, place),
        "api-server": lambda: api_server_policy(ecs, place),
    }
    made = [makers[name]() for name in POLICIES if name in names]
    return [policy for policy in made if policy.statements]


def as_text(document: Mapping[str, Any]) -> str:
    """JSON as one reviews it; the same bytes each time."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def shell_script(made: Collection[Policy], ecs: EcsSpec, place: Place) -> str:
    """Commands of the AWS CLI: they make the two roles, and put each policy into its role.

    The roles of the scheduler and the API server exist already; the script takes their names from variables.
    """
    trust = as_text(trust_policy(place).document())
    parts = [_HEAD]
    for policy in made:
        parts.append(_comment(policy))
        if policy.name == "trust":
            parts.append(f"trust={shlex.quote(trust)}\n")
            parts += [_create_role(role_name(role)) for role in (ecs.execution_role, ecs.task_role)]
        elif variable := _ROLES_OF_OTHERS.get(policy.name):
            parts.append(_put(f'"${{{variable}:?the name of its role}}"', policy, ecs))
        else:
            role = ecs.execution_role if policy.name == "execution-role" else ecs.task_role
            parts.append(_put(shlex.quote(role_name(role)), policy, ecs))
    return "\n".join(parts)


def role_name(role: str) -> str:
    """The name of a role that was given by name or ARN, which may hold a path."""
    return role.rpartition("/")[2]


def _comment(policy: Policy) -> str:
    return "\n".join(
        [
            f"# {policy.name}, for {policy.for_whom}",
            *(f"#   {each.sid}: {each.why}" for each in policy.statements),
        ]
    )


def _create_role(role: str) -> str:
    name = shlex.quote(role)
    return f"""\
aws iam get-role --role-name {name} >/dev/null 2>&1 ||
  aws iam create-role --role-name {name} --assume-role-policy-document "$trust" >/dev/null
aws iam update-assume-role-policy --role-name {name} --policy-document "$trust"
"""


def _put(role: str, policy: Policy, ecs: EcsSpec) -> str:
    name = shlex.quote(f"{ecs.name}-{policy.name}")
    return f"""\
aws iam put-role-policy --role-name {role} --policy-name {name} --policy-document {shlex.quote(as_text(policy.document()))}
"""
