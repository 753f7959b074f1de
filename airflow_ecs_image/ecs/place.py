"""Where a deployment is: region, partition and account, and the names that AWS makes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import EcsSpec, ImageSpec
from airflow_ecs_image.spec.rules.ecs import is_arn

# ECR user guide and the ARN reference: how the names of regions begin in each partition.
_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
    ("eusc-", "aws-eusc"),
)
_IN_ARN = re.compile(r"arn:[^:]+:[^:]*:([^:]*):(\d{12}):")


@dataclass(frozen=True)
class Place:
    """A region of an account; `partition` is the first part of its ARNs, such as `aws` or `aws-cn`."""

    region: str
    account_id: str

    @property
    def partition(self) -> str:
        """The partition that the region belongs to."""
        return next((partition for start, partition in _PARTITIONS if self.region.startswith(start)), "aws")

    def arn(self, service: str, resource: str, *, regional: bool = True) -> str:
        """An ARN here; IAM's have no region. What is an ARN already stays what it is."""
        if is_arn(resource):
            return resource
        return (
            f"arn:{self.partition}:{service}:{self.region if regional else ''}:{self.account_id}:{resource}"
        )

    def role_arn(self, role: str) -> str:
        """The ARN of a role that was given by name or ARN."""
        return role if is_arn(role) else self.arn("iam", f"role/{role}", regional=False)

    def cluster_arn(self, cluster: str) -> str:
        """The ARN of a cluster that was given by name or ARN."""
        return cluster if is_arn(cluster) else self.arn("ecs", f"cluster/{cluster}")


def region_of(image: ImageSpec, ecs: EcsSpec) -> str:
    """The region of the deployment. SpecError when neither spec names one."""
    region = ecs.region or image.aws_default_region
    if region is None:
        raise SpecError(
            "ecs.region: it is not set", mend="--region eu-central-1, or region in [ecs] of image.toml"
        )
    return region


def place_of(image: ImageSpec, ecs: EcsSpec) -> Place:
    """Region and account of the deployment; the account may stand in an ARN or in the image's ECR address.

    SpecError when either is unknown.
    """
    region = region_of(image, ecs)
    account = ecs.account_id or _account_in(ecs)
    if account is None:
        raise SpecError(
            "ecs.account_id: it is not set, and ARNs hold it",
            mend="--account-id $(aws sts get-caller-identity --query Account --output text)",
        )
    return Place(region, account)


def _account_in(ecs: EcsSpec) -> str | None:
    for value in (ecs.cluster, ecs.execution_role, ecs.task_role, ecs.task_definition):
        if match := _IN_ARN.match(value):
            return match[2]
    match = re.match(r"(\d{12})\.dkr[.-]", ecs.image or "")
    return match[1] if match else None
