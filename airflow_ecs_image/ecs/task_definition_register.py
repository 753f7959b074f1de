"""Registering a task definition with ECS, once for each content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_ecs_image.aws.failures import code_of, in_our_words
from airflow_ecs_image.ecs.task_definition_model import same_content

_CONNECT_SECONDS, _READ_SECONDS = 10, 30
# ECS answers so, with this code, for a family without an active revision (ECS API reference, DescribeTaskDefinition).
_NONE_YET = ("ClientException", "InvalidParameterException")


@dataclass(frozen=True)
class Registered:
    """The revision that holds the content; `new` when it was made now."""

    arn: str
    family: str
    revision: int
    new: bool

    def as_json(self) -> dict[str, object]:
        """A document of JSON types."""
        return {
            "taskDefinitionArn": self.arn,
            "family": self.family,
            "revision": self.revision,
            "registered": self.new,
        }


def register(definition: Mapping[str, Any], region: str, *, endpoint: str | None = None) -> Registered:
    """Register it with the credentials that boto3 finds, unless the latest ACTIVE revision holds the same already.

    `endpoint` is the address of what stands for ECS on this machine, which takes any credentials.
    Raises AwsCredentialsMissing, AccessDenied or AwsUnavailable.
    """
    import boto3
    from botocore.config import Config

    family = str(definition["family"])
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard"},
        # No proxy of this machine's leads to what runs on it.
        proxies=None if endpoint is None else {},
    )
    with in_our_words(family, "ecs:RegisterTaskDefinition"):
        anyone = {} if endpoint is None else {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
        client = boto3.session.Session().client(
            "ecs", region_name=region, config=config, endpoint_url=endpoint, **anyone
        )
    latest = _latest(client, family)
    if latest is not None and same_content(latest, definition):
        return Registered(str(latest["taskDefinitionArn"]), family, int(latest["revision"]), new=False)
    with in_our_words(family, "ecs:RegisterTaskDefinition"):
        made = client.register_task_definition(**definition)["taskDefinition"]
    return Registered(str(made["taskDefinitionArn"]), family, int(made["revision"]), new=True)


def _latest(client: Any, family: str) -> dict[str, Any] | None:
    from botocore.exceptions import ClientError

    with in_our_words(family, "ecs:DescribeTaskDefinition"):
        try:
            answer = client.describe_task_definition(taskDefinition=family, include=["TAGS"])
        except ClientError as error:
            if code_of(error) in _NONE_YET and "unable to describe" in str(error).lower():
                return None
            raise
    return {**answer["taskDefinition"], "tags": answer.get("tags", [])}
