"""Names and numbers of ECS, IAM and VPC, by their form; nothing is asked of AWS."""

from __future__ import annotations

import re
from collections.abc import Mapping

from airflow_ecs_image.spec.refusal import Refused
from airflow_ecs_image.spec.rules.s3 import s3_uri

# ECS API reference, RegisterTaskDefinition: family, and ContainerDefinition: name.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_ROLE = re.compile(r"[A-Za-z0-9+=,.@_-]{1,64}")
_ACCOUNT = re.compile(r"\d{12}")
_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d{0,12}:\S+")
_SUBNET = re.compile(r"subnet-[a-z0-9]{1,17}")
_SECURITY_GROUP = re.compile(r"sg-[a-z0-9]{1,17}")
_VPC = re.compile(r"vpc-[a-z0-9]{1,17}")
_STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,40}")
_LOG_GROUP = re.compile(r"[A-Za-z0-9_/.#-]{1,512}")
_TASK_DEFINITION = re.compile(r"[A-Za-z0-9_-]{1,255}(:[1-9][0-9]*)?")
_PROVIDER = re.compile(r"[A-Za-z0-9_-]{1,255}(:\d{1,4}(:\d{1,6})?)?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MOST_SUBNETS, _MOST_SECURITY_GROUPS = 16, 5


def is_arn(value: str) -> bool:
    """Whether a name is a whole Amazon Resource Name."""
    return bool(_ARN.fullmatch(value))


def name(value: str) -> str:
    """A name of a family, a container or a cluster."""
    if not _NAME.fullmatch(value):
        raise Refused("it holds what ECS names cannot hold", "1 to 255 letters, digits, _ and -")
    return value


def prefix(value: str) -> str:
    """The name that all others begin with: also a CloudFormation stack, and part of bucket names."""
    if not _STACK.fullmatch(value):
        raise Refused(
            "it cannot be the name of a stack", "1 to 41 letters, digits and hyphens, a letter first"
        )
    return value


def cluster(value: str) -> str:
    """A cluster, by name or ARN."""
    return value if is_arn(value) else name(value)


def role(value: str) -> str:
    """A role, by name or ARN."""
    if not is_arn(value) and not _ROLE.fullmatch(value):
        raise Refused(
            "it is neither the name nor the ARN of a role", "a name such as airflow-ecs-task, or its ARN"
        )
    return value


def account_id(value: str) -> str:
    """An AWS account."""
    if not _ACCOUNT.fullmatch(value):
        raise Refused(
            "an AWS account has twelve digits",
            "what `aws sts get-caller-identity --query Account --output text` prints, in quotes",
        )
    return value


def task_definition(value: str) -> str:
    """What the executor runs: family, family:revision or ARN."""
    if is_arn(value) or _TASK_DEFINITION.fullmatch(value):
        return value
    raise Refused(
        "it is not a task definition; for the latest revision leave the revision out",
        "family, family:revision such as airflow-ecs:3, or an ARN",
    )


def subnets(values: tuple[str, ...]) -> tuple[str, ...]:
    """Subnets of a task (ECS API reference, AwsVpcConfiguration)."""
    return _identifiers(values, _SUBNET, "a subnet", "subnet-0123456789abcdef0", _MOST_SUBNETS)


def security_groups(values: tuple[str, ...]) -> tuple[str, ...]:
    """Security groups of a task (ECS API reference, AwsVpcConfiguration)."""
    return _identifiers(
        values, _SECURITY_GROUP, "a security group", "sg-0123456789abcdef0", _MOST_SECURITY_GROUPS
    )


def vpc(value: str) -> str:
    """A VPC."""
    return _identifiers((value,), _VPC, "a VPC", "vpc-0123456789abcdef0", 1)[0]


def capacity_providers(values: tuple[str, ...]) -> tuple[str, ...]:
    """Capacity providers as NAME[:WEIGHT[:BASE]] (ECS API reference, CapacityProviderStrategyItem)."""
    for value in values:
        if not _PROVIDER.fullmatch(value):
            raise Refused(
                "it is not a capacity provider with weight and base",
                "NAME, NAME:WEIGHT or NAME:WEIGHT:BASE, such as FARGATE_SPOT:4",
                shown=f"'{value}'",
            )
    weights = [int([*value.split(":"), "1"][1]) for value in values]
    if any(weight > 1000 for weight in weights) or (values and not any(weights)):
        raise Refused("no task could be placed", "weights from 0 to 1000, at least one above 0")
    if (
        sum(int(base) > 0 for _, base in (value.split(":")[1:] for value in values if value.count(":") == 2))
        > 1
    ):
        raise Refused("more than one has a base", "a base for one capacity provider")
    return values


def log_group(value: str) -> str:
    """A CloudWatch log group (CloudWatch Logs API reference, CreateLogGroup)."""
    if not _LOG_GROUP.fullmatch(value):
        raise Refused("it holds what log groups cannot hold", "letters, digits and _ / . # -")
    return value


def remote_logs(value: str) -> str:
    """Where Airflow keeps task logs: S3, or a CloudWatch log group by its ARN."""
    if value.startswith("cloudwatch://arn:") and ":log-group:" in value and not any(map(str.isspace, value)):
        return value
    if value.startswith("s3://"):
        return s3_uri(value)
    raise Refused(
        "it is neither S3 nor a log group",
        "s3://bucket/prefix, or cloudwatch://arn:aws:logs:REGION:ACCOUNT:log-group:NAME",
    )


def execution_api_server_url(value: str) -> str:
    """The API server of Airflow 3 as a container of ECS reaches it."""
    match = re.fullmatch(r"https?://([^/\s:@\[\]]+|\[[0-9a-f:]+\])(:\d+)?(/\S*)?", value)
    if match is None:
        raise Refused("it is not the address of an API server", "https://HOST/execution/")
    if match[1] in ("localhost", "127.0.0.1", "[::1]", "0.0.0.0"):  # noqa: S104 - named to be refused
        raise Refused(
            "a container of ECS is another machine",
            "an address that the container reaches: https://HOST/execution/",
        )
    if not value.endswith("/execution/"):
        raise Refused("the execution API of Airflow 3 ends in /execution/", "https://HOST/execution/")
    return value


def secret_reference(value: str) -> str:
    """The valueFrom of a secret: an ARN of Secrets Manager or SSM, or the name of an SSM parameter."""
    if value.startswith("arn:"):
        if not is_arn(value) or value.split(":")[2] not in ("secretsmanager", "ssm"):
            raise Refused(
                "it is not a secret's ARN", "an ARN of Secrets Manager or of an SSM parameter", secret=True
            )
        return value
    if "://" in value or not re.fullmatch(r"[A-Za-z0-9_./-]{1,1011}", value):
        # It may be the secret itself: it is not shown.
        raise Refused(
            "it is not the name of a secret but perhaps the secret itself",
            "an ARN of Secrets Manager, or an SSM parameter by ARN or name",
            secret=True,
        )
    return value


def secrets(values: Mapping[str, str]) -> dict[str, str]:
    """Variables whose values ECS takes from Secrets Manager or SSM."""
    for key, value in values.items():
        _variable_name(key)
        try:
            secret_reference(value)
        except Refused as refused:
            raise Refused(refused.why, refused.allowed, item=key) from None
    return dict(values)


def worker_environment(values: Mapping[str, str]) -> dict[str, str]:
    """Variables of the worker's container in plain text."""
    for key in values:
        _variable_name(key)
        if re.search(
            r"SECRET|PASSWORD|TOKEN|FERNET_KEY|SQL_ALCHEMY_CONN|ACCESS_KEY", key
        ) and not key.endswith(("_CMD", "_SECRET_ARN")):
            raise Refused(
                "everyone who may describe the task definition would read it",
                "the same name in `secrets`",
                item=key,
            )
    return dict(values)


def tags(values: Mapping[str, str]) -> dict[str, str]:
    """Tags of AWS resources (ECS API reference, Tag)."""
    for key, value in values.items():
        if key.lower().startswith("aws:") or not 1 <= len(key) <= 128 or len(value) > 256:
            raise Refused(
                "it is not a tag",
                "names of 1 to 128 characters that do not begin with aws:, values up to 256",
                item=key,
            )
    return dict(values)


def _variable_name(key: str) -> None:
    if not _VARIABLE.fullmatch(key):
        raise Refused("it is not the name of a variable", "letters, digits and _, no digit first", item=key)


def _identifiers(
    values: tuple[str, ...], form: re.Pattern[str], kind: str, example: str, most: int
) -> tuple[str, ...]:
    for value in values:
        if not form.fullmatch(value):
            raise Refused(f"it is not {kind}", f"an identifier such as {example}", shown=f"'{value}'")
    if len(values) > most:
        raise Refused(f"ECS takes {most} at most", f"1 to {most} identifiers")
    if len(set(values)) != len(values):
        raise Refused("one stands there twice", "each identifier once")
    return values
