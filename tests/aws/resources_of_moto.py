"""Resources of CloudFormation that moto 5.2.5 cannot make (a secret, a bucket policy, a subnet's routes) or cannot delete."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from moto.core.common_models import CloudFormationModel
from moto.ec2.models import ec2_backends
from moto.ec2.models.subnets import SubnetRouteTableAssociation
from moto.ecs.models import ecs_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.utilities.utils import get_partition

_DYNAMIC = re.compile(r"\{\{resolve:secretsmanager:(arn:[^}]+?):SecretString:(\w+)\}\}")


class Secret(CloudFormationModel):
    """AWS::SecretsManager::Secret, with a password or with text that may refer to one."""

    def __init__(self, arn: str) -> None:
        self.physical_resource_id = arn

    @staticmethod
    def cloudformation_name_type() -> str:
        """The property that names it."""
        return "Name"

    @staticmethod
    def cloudformation_type() -> str:
        """Its type."""
        return "AWS::SecretsManager::Secret"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> Secret:
        """Make it in moto's Secrets Manager."""
        properties = cloudformation_json["Properties"]
        backend = secretsmanager_backends[account_id][region_name]
        if wanted := properties.get("GenerateSecretString"):
            assert wanted["ExcludePunctuation"] in (True, "true")
            made = json.loads(
                backend.get_random_password(
                    password_length=int(wanted["PasswordLength"]),
                    exclude_characters="",
                    exclude_numbers=False,
                    exclude_punctuation=True,
                    exclude_uppercase=False,
                    exclude_lowercase=False,
                    include_space=False,
                    require_each_included_type=True,
                )
            )["RandomPassword"]
            text = json.dumps(
                {**json.loads(wanted["SecretStringTemplate"]), wanted["GenerateStringKey"]: made}
            )
        else:
            text = resolved(properties["SecretString"], account_id, region_name)
        answer = backend.create_secret(
            name=resource_name,
            secret_string=text,
            secret_binary=None,
            description=properties.get("Description"),
            tags=[],
            kms_key_id=None,
            client_request_token=None,
            replica_regions=[],
            force_overwrite=False,
        )
        return cls(json.loads(answer)["ARN"])

    def delete(self, account_id: str, region_name: str) -> None:
        """Take it away at once."""
        secretsmanager_backends[account_id][region_name].delete_secret(
            self.physical_resource_id, recovery_window_in_days=None, force_delete_without_recovery=True
        )


class BucketPolicy(CloudFormationModel):
    """AWS::S3::BucketPolicy."""

    def __init__(self, bucket: str) -> None:
        self.physical_resource_id = bucket

    @staticmethod
    def cloudformation_name_type() -> str:
        """It has no name."""
        return ""

    @staticmethod
    def cloudformation_type() -> str:
        """Its type."""
        return "AWS::S3::BucketPolicy"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> BucketPolicy:
        """Give it to the bucket."""
        properties = cloudformation_json["Properties"]
        backend = s3_backends[account_id][get_partition(region_name)]
        backend.get_bucket(properties["Bucket"]).policy = json.dumps(properties["PolicyDocument"]).encode()
        return cls(properties["Bucket"])

    def delete(self, account_id: str, region_name: str) -> None:
        """Take it from the bucket."""
        s3_backends[account_id][get_partition(region_name)].get_bucket(
            self.physical_resource_id
        ).policy = None


def resolved(text: str, account_id: str, region: str) -> str:
    """Text with each dynamic reference replaced by the part of a secret that it names."""

    def value(found: re.Match[str]) -> str:
        backend = secretsmanager_backends[account_id][region]
        secret = backend.get_secret_value(secret_id=found[1], version_id="", version_stage="")
        return str(json.loads(secret["SecretString"])[found[2]])

    return _DYNAMIC.sub(value, text)


def associate(ec2: Any, route_table_id: str, subnet_id: str) -> Any:
    """An association that the route table knows as well."""
    ec2.associate_route_table(route_table_id, subnet_id=subnet_id)
    association: Any = SubnetRouteTableAssociation
    return association(route_table_id, subnet_id)


def _disassociate(association: Any, ec2: Any) -> None:
    for table in ec2.route_tables.values():
        for identifier, found in list(table._associations.items()):
            if found == association.subnet_id:
                del table._associations[identifier]


DELETIONS: dict[str, Callable[[Any, str, str], object]] = {
    f"AWS::EC2::{kind}": (
        lambda resource, account, region, delete=delete: delete(resource, ec2_backends[account][region])
    )
    for kind, delete in {
        "EIP": lambda each, ec2: ec2.release_address(allocation_id=each.allocation_id),
        "InternetGateway": lambda each, ec2: ec2.delete_internet_gateway(each.id),
        "NatGateway": lambda each, ec2: ec2.delete_nat_gateway(each.id),
        "Route": lambda *_: None,  # goes with its table
        "RouteTable": lambda each, ec2: ec2.delete_route_table(each.id),
        "SubnetRouteTableAssociation": _disassociate,
        "VPCEndpoint": lambda each, ec2: ec2.delete_vpc_endpoints([each.id]),
        "VPCGatewayAttachment": lambda each, ec2: ec2.detach_internet_gateway(each.gateway_id, each.vpc_id),
    }.items()
} | {
    "AWS::ECS::Cluster": lambda each, account, region: ecs_backends[account][region].delete_cluster(
        each.name
    ),
    "AWS::ECS::TaskDefinition": lambda each, account, region: ecs_backends[account][
        region
    ].deregister_task_definition(each.arn),
}
"""How each type that moto leaves where it is, is deleted: the resource, the account, the region."""
