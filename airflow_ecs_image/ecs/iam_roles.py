"""The two roles of the task definition: what ECS does before the container runs, and what the DAGs' code may do."""

from __future__ import annotations

import re
from collections.abc import Collection

from airflow_ecs_image.ecs.iam_logs import write_logs
from airflow_ecs_image.ecs.iam_model import Policy, Statement
from airflow_ecs_image.ecs.place import Place
from airflow_ecs_image.ecs.worker_environment import worker_environment
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.registry.repository import repository_and_tag
from airflow_ecs_image.spec import EcsSpec, ImageSpec
from airflow_ecs_image.spec.rules.ecs import is_arn
from airflow_ecs_image.spec.rules.s3 import is_archive
from airflow_ecs_image.versions import load_versions

_SERVICE = "ecs-tasks.amazonaws.com"


def trust_policy(place: Place) -> Policy:
    """Who may take the two roles: ECS, for tasks of this account."""
    statement = Statement(
        "TasksOfThisAccount",
        "ECS takes the role for a task; the account keeps other accounts from making ECS take it for them (confused deputy).",
        ("sts:AssumeRole",),
        condition={
            "ArnLike": {"aws:SourceArn": place.arn("ecs", "*")},
            "StringEquals": {"aws:SourceAccount": place.account_id},
        },
        service=_SERVICE,
    )
    return Policy("trust", "the trust of both roles", (statement,))


def execution_role_policy(
    image: ImageSpec, ecs: EcsSpec, place: Place, kms_keys: Collection[str] = ()
) -> Policy:
    """The pull of exactly this image, the container's output, exactly these secrets; `kms_keys` decrypt the secrets.

    SpecError without `ecs.image`, which names the repository.
    """
    statements = [
        *_pull(ecs, place),
        Statement(
            "WriteContainerOutput",
            "The awslogs driver writes what the containers print to this log group.",
            ("logs:CreateLogStream", "logs:PutLogEvents"),
            (f"{place.arn('logs', f'log-group:{ecs.log_group}')}:*",),
        ),
    ]
    references = _secret_references(image, ecs)
    secrets = sorted({secret_arn(each) for each in references if ":secretsmanager:" in each})
    parameters = sorted(
        {_parameter_arn(each, place) for each in references if ":secretsmanager:" not in each}
    )
    if secrets:
        statements.append(
            Statement(
                "ReadSecrets",
                "ECS puts these secrets into variables of the container.",
                ("secretsmanager:GetSecretValue",),
                tuple(secrets),
            )
        )
    if parameters:
        statements.append(
            Statement(
                "ReadParameters",
                "ECS puts these parameters into variables of the container.",
                ("ssm:GetParameters",),
                tuple(parameters),
            )
        )
    if kms_keys:
        why = "The secrets are encrypted with keys of your own."
        statements.append(Statement("DecryptSecrets", why, ("kms:Decrypt",), tuple(sorted(kms_keys))))
    return Policy("execution-role", f"the execution role {ecs.execution_role}", tuple(statements))


def task_role_policy(image: ImageSpec, ecs: EcsSpec, place: Place, kms_keys: Collection[str] = ()) -> Policy:
    """The DAGs, and Airflow's task logs. What the DAGs' own code does has to be added."""
    statements = [*_dags(image, ecs, place), *write_logs(ecs, place)]
    if ecs.run_task_kwargs.get("enableExecuteCommand"):
        statements.append(
            Statement(
                "OpenShells",
                "enableExecuteCommand: the agent in the container opens channels; IAM knows no resource for them.",
                (
                    "ssmmessages:CreateControlChannel",
                    "ssmmessages:CreateDataChannel",
                    "ssmmessages:OpenControlChannel",
                    "ssmmessages:OpenDataChannel",
                ),
                ("*",),
            )
        )
    if kms_keys:
        why = "The buckets are encrypted with keys of your own: reading decrypts, writing makes data keys."
        actions = ("kms:Decrypt", "kms:GenerateDataKey")
        statements.append(Statement("UseBucketKeys", why, actions, tuple(sorted(kms_keys))))
    return Policy("task-role", f"the task role {ecs.task_role}", tuple(statements))


def secret_arn(reference: str) -> str:
    """The ARN that IAM knows for the valueFrom of a secret.

    ECS lets a key of the JSON, a stage and a version follow, which are no part of the secret. Secrets Manager ends each ARN
    with six characters of its own; where they were left out, six wildcards stand for them.
    """
    arn = ":".join(reference.split(":")[:7])
    return arn if re.search(r"-[A-Za-z0-9]{6}$", arn) else f"{arn}-??????"


def _secret_references(image: ImageSpec, ecs: EcsSpec) -> set[str]:
    """What the task definition reads secrets from. For Airflow 2 the database is among them, and refused if missing."""
    if load_versions().release(image.airflow_version).major > 2:
        return set(ecs.secrets.values())
    return set(worker_environment(image, ecs).secrets.values())


def _parameter_arn(reference: str, place: Place) -> str:
    return reference if is_arn(reference) else place.arn("ssm", f"parameter/{reference.lstrip('/')}")


def _pull(ecs: EcsSpec, place: Place) -> list[Statement]:
    if ecs.image is None:
        raise SpecError(
            "ecs.image: it is not set, and the policy names its repository",
            mend="--image REPOSITORY@sha256:…, the last line that `push` prints",
        )
    name = ecs.image.partition("@")[0]
    if "/" not in name:
        return []
    host = name.partition("/")[0]
    if not ("." in host or ":" in host):
        return []
    repository, _ = repository_and_tag(name)
    if repository.kind != "ecr":
        return []
    return [
        Statement(
            "LogInToEcr",
            "A login is for all repositories that the role may read: IAM knows no resource for it.",
            ("ecr:GetAuthorizationToken",),
            ("*",),
        ),
        Statement(
            "PullImage",
            "ECS pulls the image from this repository and no other.",
            ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
            (
                f"arn:{place.partition}:ecr:{repository.region}:{repository.account}:repository/{repository.name}",
            ),
        ),
    ]


def _dags(image: ImageSpec, ecs: EcsSpec, place: Place) -> list[Statement]:
    uri = ecs.worker_environment.get("S3_URI", image.s3_uri) or image.dag_bundle
    if not uri:
        return []
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    arn = f"arn:{place.partition}:s3:::{bucket}"
    if is_archive(uri):
        folder = key.rpartition("/")[0]
        below = f"{folder}/*" if folder else "*"
        return [
            Statement(
                "FetchDags",
                "The container fetches its DAGs when it starts: one archive"
                + (", which the pointer beside it names." if uri.endswith(".sha256") else "."),
                ("s3:GetObject",),
                (f"{arn}/{below}" if uri.endswith(".sha256") else f"{arn}/{key}",),
            )
        ]
    below = f"{key.rstrip('/')}/*" if key.rstrip("/") else "*"
    bundle = image.dag_bundle is not None and uri == image.dag_bundle
    condition = {} if bundle or below == "*" else {"StringLike": {"s3:prefix": below}}
    return [
        Statement(
            "FetchDags",
            "Airflow downloads its DAGs from this prefix."
            if bundle
            else "The container fetches its DAGs from this prefix when it starts.",
            ("s3:GetObject",),
            (f"{arn}/{below}",),
        ),
        Statement(
            "ListDags",
            "S3DagBundle asks for the bucket itself and for the level above the prefix, so that no prefix narrows it."
            if bundle
            else "The fetch asks which DAGs there are.",
            ("s3:ListBucket",),
            (arn,),
            condition,
        ),
    ]
