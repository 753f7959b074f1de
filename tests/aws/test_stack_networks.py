"""What a deployed stack reaches, and what reaches it: subnets, gateways, endpoints, the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.aws.networks import default_vpc, let_in, routes, security_group
from tests.aws.stacks import AIRFLOW_2, SECRET, Stack, image_of, role_allows, stack_of
from tests.s3.moto_server import REGION

pytestmark = pytest.mark.usefixtures("cloudformation")


class TestNetworks:
    def test_public_subnets_have_an_internet_gateway_and_public_addresses(self, tmp_path: Path) -> None:
        made = stack_of(tmp_path, "net-public")
        made.deploy()
        outputs = made.outputs()
        assert outputs["AssignPublicIp"] == "True"
        first, second = outputs["SubnetIds"].split(",")
        assert routes(first)["0.0.0.0/0"].startswith("igw-")
        zones = boto3.client("ec2").describe_subnets(SubnetIds=[first, second])["Subnets"]
        assert len({each["AvailabilityZone"] for each in zones}) == 2
        assert let_in(outputs["SecurityGroupId"]) == []
        endpoints = boto3.client("ec2").describe_vpc_endpoints(
            Filters=[{"Name": "vpc-id", "Values": [zones[0]["VpcId"]]}]
        )["VpcEndpoints"]
        assert [each["ServiceName"] for each in endpoints] == [f"com.amazonaws.{REGION}.s3"]

    def test_a_switch_to_nat_takes_the_tasks_into_private_subnets(self, tmp_path: Path) -> None:
        made = stack_of(tmp_path, "net-nat")
        made.deploy()
        before = made.outputs()
        made.deploy(Network="nat")
        after = made.outputs()
        assert after["AssignPublicIp"] == "False"
        assert before["SubnetIds"] != after["SubnetIds"]
        assert {routes(each)["0.0.0.0/0"][:4] for each in after["SubnetIds"].split(",")} == {"nat-"}

    def test_endpoints_take_the_place_of_the_internet(self, tmp_path: Path) -> None:
        made = stack_of(tmp_path, "net-endpoints", secrets={"A": SECRET})
        made.deploy(Network="endpoints")
        subnet = made.outputs()["SubnetIds"].split(",")[0]
        assert "0.0.0.0/0" not in routes(subnet)
        ec2 = boto3.client("ec2")
        vpc = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"]
        endpoints = ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["VpcEndpoints"]
        services = {each["ServiceName"].removeprefix(f"com.amazonaws.{REGION}.") for each in endpoints}
        assert services == {"s3", "ecr.api", "ecr.dkr", "logs", "secretsmanager"}

    def test_the_api_server_lets_the_tasks_in(self, tmp_path: Path) -> None:
        vpc, subnets = default_vpc()
        api = security_group(vpc, "api-server")
        made = stack_of(tmp_path, "net-api", subnets=tuple(subnets))
        made.deploy(VpcId=vpc, ApiServerSecurityGroupId=api)
        assert let_in(api) == [(8443, made.outputs()["SecurityGroupId"])]


class TestDatabase:
    def deployed(self, folder: Path, name: str, **image: Any) -> tuple[Stack, str, str]:
        """A stack with a database, the scheduler's group, and the database's."""
        vpc, subnets = default_vpc()
        scheduler = security_group(vpc, f"{name}-scheduler")
        made = stack_of(folder, name, database=True, image=image, subnets=tuple(subnets))
        made.deploy(
            VpcId=vpc,
            SchedulerSecurityGroupId=scheduler,
            DatabaseDeletionProtection="false",
            Image=image_of(name),
        )
        groups = boto3.client("ec2").describe_security_groups(
            Filters=[{"Name": "tag:Name", "Values": [f"{name}-database"]}]
        )["SecurityGroups"]
        return made, scheduler, groups[0]["GroupId"]

    def test_workers_of_airflow_2_get_its_secret_and_are_let_in(self, tmp_path: Path) -> None:
        made, scheduler, group = self.deployed(tmp_path, "db-two", **AIRFLOW_2)
        outputs = made.outputs()
        secrets = boto3.client("secretsmanager")
        connection = secrets.get_secret_value(SecretId=outputs["DatabaseSecretArn"])["SecretString"]
        login, _, place = connection.partition("@")
        assert place == f"{outputs['DatabaseEndpoint']}/airflow?sslmode=require"
        assert login.startswith("postgresql+psycopg2://airflow:")
        assert login.removeprefix("postgresql+psycopg2://airflow:").isalnum()
        assert outputs["DatabaseEndpoint"].endswith(":5432")
        assert {each["valueFrom"] for each in made.container()["secrets"]} == {outputs["DatabaseSecretArn"]}
        assert role_allows("db-two-execution")["ReadTheDatabaseSecret"]["Resource"] == [
            outputs["DatabaseSecretArn"]
        ]
        assert sorted(let_in(group)) == sorted([(5432, scheduler), (5432, outputs["SecurityGroupId"])])

    def test_workers_of_airflow_3_do_not(self, tmp_path: Path) -> None:
        made, scheduler, group = self.deployed(tmp_path, "db-three")
        assert let_in(group) == [(5432, scheduler)]
        assert "secrets" not in made.container()
        (database,) = [
            each
            for each in boto3.client("rds").describe_db_instances()["DBInstances"]
            if each["DBInstanceIdentifier"].startswith("db-three")
        ]
        kept = ("PubliclyAccessible", "StorageEncrypted", "DBInstanceClass", "BackupRetentionPeriod")
        assert [database[key] for key in kept] == [False, True, "db.t4g.small", 7]

    def test_it_goes_with_the_stack_and_its_password_stays(self, tmp_path: Path) -> None:
        made, _, _ = self.deployed(tmp_path, "db-gone")
        made.delete()
        databases = boto3.client("rds").describe_db_instances()["DBInstances"]
        assert not [each for each in databases if each["DBInstanceIdentifier"].startswith("db-gone")]
        names = [each["Name"] for each in boto3.client("secretsmanager").list_secrets()["SecretList"]]
        assert [each.split("-")[2] for each in names if each.startswith("db-gone")] == ["DatabasePassword"]
