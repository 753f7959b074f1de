"""Networks of a deployed stack, as boto3 sees them."""

from __future__ import annotations

import boto3


def vpcs() -> int:
    return len(boto3.client("ec2").describe_vpcs()["Vpcs"])


def buckets() -> set[str]:
    return {each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]}


def let_in(group: str) -> list[tuple[int, str]]:
    """Port and group of each rule of a security group."""
    (found,) = boto3.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
    return [
        (rule["FromPort"], pair["GroupId"])
        for rule in found["IpPermissions"]
        for pair in rule["UserIdGroupPairs"]
    ]


def security_group(vpc: str, name: str) -> str:
    made = boto3.client("ec2").create_security_group(GroupName=name, Description=name, VpcId=vpc)
    return str(made["GroupId"])


def default_vpc() -> tuple[str, list[str]]:
    ec2 = boto3.client("ec2")
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["Subnets"]
    return vpc["VpcId"], [each["SubnetId"] for each in subnets[:2]]


def routes(subnet: str) -> dict[str, str]:
    """What carries each destination of a subnet."""
    (table,) = boto3.client("ec2").describe_route_tables(
        Filters=[{"Name": "association.subnet-id", "Values": [subnet]}]
    )["RouteTables"]
    return {
        route.get("DestinationCidrBlock", route.get("DestinationPrefixListId")): route.get(
            "NatGatewayId", route.get("GatewayId", "")
        )
        for route in table["Routes"]
    }
