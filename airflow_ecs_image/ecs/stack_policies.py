"""The policies of `ecs iam`, for wherever the stack is deployed and whatever it makes."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_ecs_image.ecs.iam_model import Policy
from airflow_ecs_image.ecs.iam_roles import execution_role_policy, task_role_policy, trust_policy
from airflow_ecs_image.ecs.iam_scheduler import api_server_policy, scheduler_policy
from airflow_ecs_image.ecs.stack_names import PLACE, literally, remote_folder, sub
from airflow_ecs_image.ecs.stack_values import StackValues
from airflow_ecs_image.ecs.stack_yaml import Intrinsic
from airflow_ecs_image.spec import EcsSpec, ImageSpec

# Names of the right form, which the policies are made with, for what only a parameter knows.
_IMAGE = "000000000000.dkr.ecr.us-east-1.amazonaws.com/image"
_DATABASE = "arn:aws:secretsmanager:us-east-1:000000000000:secret:database-000000"
_FERNET_KEY = "arn:aws:secretsmanager:us-east-1:000000000000:secret:fernet-key-000000"
_REPOSITORY = "repository/${TheRepository}"


@dataclass(frozen=True)
class Sentence:
    """A statement as CloudFormation has it, and why it is there."""

    why: str
    content: Mapping[str, Any]


def policies(
    image: ImageSpec, values: StackValues, kms_keys: Collection[str] = ()
) -> dict[str, list[Sentence]]:
    """The statements of each policy, by its name in `ecs iam`; `kms_keys` are the ARNs of keys of the user's own.

    The secret of the database is in none, where a parameter or the stack itself decides it: a policy of its own has it.
    SpecError as `ecs iam` raises it.
    """
    ecs, described = _for_policies(values), _with_bucket(image, values)
    keys = [literally(key) for key in kms_keys]
    made = [
        trust_policy(PLACE),
        execution_role_policy(described, ecs, PLACE, keys),
        task_role_policy(described, ecs, PLACE, keys),
        scheduler_policy(ecs, PLACE),
        api_server_policy(ecs, PLACE),
    ]
    return {policy.name: list(_sentences(policy)) for policy in made}


def _for_policies(values: StackValues) -> EcsSpec:
    database, fernet_key = values.database_secret, values.fernet_key_secret
    return values.ecs.model_copy(
        update={
            "cluster": "${TheCluster}",
            "task_definition": "${Family}",
            "image": _IMAGE,
            "log_group": "${LogGroupName}",
            "remote_logs": remote_folder(values),
            "execution_role": literally(values.execution_role_arn) or "${ExecutionRole}",
            "task_role": literally(values.task_role_arn) or "${TaskRole}",
            "database_secret": _DATABASE if database is None or database.is_parameter else database.reference,
            "fernet_key_secret": _FERNET_KEY
            if fernet_key and fernet_key.is_parameter
            else values.ecs.fernet_key_secret,
            "secrets": {name: literally(value) for name, value in values.ecs.secrets.items()},
            # Its S3_URI has a bucket that is none of the stack's own names.
            "worker_environment": {},
            "region": PLACE.region,
            "execution_api_server_url": "",
        }
    )


def _with_bucket(image: ImageSpec, values: StackValues) -> ImageSpec:
    """The image with the stack's bucket in the place of the one that it names, or with a prefix for later."""
    uri = "/".join(["s3://${TheDagBucket}", literally(values.dags.path)])
    if values.is_bundle:
        return image.model_copy(update={"dag_bundle": uri, "s3_uri": None})
    return image.model_copy(update={"s3_uri": uri})


def _sentences(policy: Policy) -> Iterable[Sentence]:
    for statement in policy.statements:
        resources = [each for each in statement.resources if each != _DATABASE]
        if statement.resources and not resources:
            continue
        if statement.sid == "PullImage":
            resources = [PLACE.arn("ecr", _REPOSITORY)]
        kept = dataclasses.replace(statement, resources=tuple(resources))
        yield Sentence(statement.why, _content(kept.document()))


def _content(value: Any) -> Any:
    """Texts with the stack's names as `!Sub`, all others as they are."""
    if isinstance(value, Mapping):
        return {key: _content(each) for key, each in value.items()}
    if isinstance(value, list):
        return _content(value[0]) if len(value) == 1 else [_content(each) for each in value]
    if value == _FERNET_KEY:
        return Intrinsic("!Ref FernetKeySecretArn")
    return Intrinsic(sub(value)) if "${" in value else value
