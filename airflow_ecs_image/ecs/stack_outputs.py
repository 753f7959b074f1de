"""The outputs of a stack as values of the ECS spec: what AWS decided fills what the spec does not say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflow_ecs_image.errors import SpecError, StackNotFound

FIELDS: Mapping[str, str] = {
    "Region": "region",
    "AccountId": "account_id",
    "ClusterName": "cluster",
    "TaskDefinitionArn": "task_definition",
    "ContainerName": "container_name",
    "SubnetIds": "subnets",
    "SecurityGroupId": "security_groups",
    "ExecutionRoleArn": "execution_role",
    "TaskRoleArn": "task_role",
    "LogGroupName": "log_group",
    "RemoteLogs": "remote_logs",
    "DatabaseSecretArn": "database_secret",
    "CapacityProviders": "capacity_providers",
    "AssignPublicIp": "assign_public_ip",
}
"""The field that each output of `ecs stack` fills; other outputs are for people."""

_NEEDED = "ClusterName"


def ecs_values(outputs: Mapping[str, str], said: Mapping[str, object]) -> dict[str, object]:
    """Values for `load_ecs_spec(otherwise=…)` from the outputs by name.

    `said` are the fields that the user decided: capacity providers are left out beside a launch type, because ECS takes one of
    the two. Raises StackNotFound for outputs of some other stack.
    """
    if not outputs.get(_NEEDED):
        raise StackNotFound(
            f"the stack has no output {_NEEDED}, so that it is not one of `ecs stack`",
            mend="name the stack that was deployed from the template of `ecs stack`",
        )
    values: dict[str, object] = {
        field: outputs[key] for key, field in FIELDS.items() if outputs.get(key) and field not in said
    }
    if "launch_type" in said:
        values.pop("capacity_providers", None)
    return values


def outputs_in(description: Any) -> dict[str, str]:
    """The outputs in an answer of DescribeStacks, by name. Raises StackNotFound when it describes no stack."""
    stacks = description.get("Stacks") if isinstance(description, dict) else None
    if not isinstance(stacks, list) or not stacks or not isinstance(stacks[0], dict):
        raise StackNotFound(
            "it describes no stack",
            mend="aws cloudformation describe-stacks --stack-name NAME > outputs.json",
        )
    outputs = stacks[0].get("Outputs") or ()
    return {str(each.get("OutputKey")): str(each.get("OutputValue")) for each in outputs}


def read_outputs(path: Path) -> dict[str, str]:
    """The outputs in a file that `aws cloudformation describe-stacks` wrote. Raises SpecError or StackNotFound."""
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise SpecError(
            f"{path}: it is not JSON",
            mend=f"aws cloudformation describe-stacks --stack-name NAME --output json > {path}",
        ) from None
    try:
        return outputs_in(description)
    except StackNotFound as missing:
        raise StackNotFound(f"{path}: {missing.message}", mend=missing.mend) from None


def stack_outputs(name: str, region: str | None) -> dict[str, str]:
    """The outputs of a stack of CloudFormation; `region` None leaves it to boto3.

    Raises StackNotFound, AwsCredentialsMissing, AccessDenied or AwsUnavailable.
    """
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError

    from airflow_ecs_image.aws.failures import code_of, in_our_words, message_of

    subject = f"stack {name}"
    with in_our_words(subject, "cloudformation:DescribeStacks"):
        config = Config(connect_timeout=10, read_timeout=60, retries={"mode": "standard"})
        client = boto3.session.Session().client("cloudformation", region_name=region, config=config)
        try:
            answer = client.describe_stacks(StackName=name)
        except ClientError as error:
            # CloudFormation API reference, DescribeStacks: a stack that does not exist is a ValidationError.
            if code_of(error) == "ValidationError" and "does not exist" in message_of(error):
                raise StackNotFound(
                    f"{subject}: there is none in {client.meta.region_name}",
                    mend="correct the name or --region; "
                    f"aws cloudformation list-stacks --region {client.meta.region_name} lists them",
                ) from None
            raise
    return outputs_in(answer)
