"""The template of `ecs stack`: what it makes, what it leaves to parameters, and what it never holds."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_ecs_image.ecs.stack import stack_template
from airflow_ecs_image.spec import EcsSpec
from tests.unit.ecs.deployments import ACCOUNT, API, DATABASE, FERNET, IMAGE, image_spec
from tests.unit.ecs.stack_text import (
    EVERYTHING,
    container,
    made,
    of_spec,
    of_type,
    secrets,
    statements,
    variables,
)


class TestSpecs:
    def test_they_are_the_defaults_of_parameters(self) -> None:
        template = of_spec(
            **{**EVERYTHING, "cpu": 2048, "memory": 8192, "cluster": "analytics", "log_group": "/x"}
        )
        defaults = {name: each.get("Default") for name, each in template["Parameters"].items()}
        assert (
            defaults
            | {
                "Image": IMAGE,
                "Cpu": "2048",
                "Memory": "8192",
                "ClusterName": "analytics",
                "Family": "team",
                "LogGroupName": "/x",
                "RepositoryName": "team/worker",
                "ExecutionApiServerUrl": API,
                "CpuArchitecture": "X86_64",
                "ApiServerPort": 443,
            }
            == defaults
        )

    def test_the_architecture_is_the_images(self) -> None:
        template = made(EcsSpec(), platform="linux/arm64")
        assert template["Parameters"]["CpuArchitecture"]["Default"] == "ARM64"

    def test_an_arn_names_what_exists(self) -> None:
        role = f"arn:aws:iam::{ACCOUNT}:role/existing"
        template = of_spec(
            cluster=f"arn:aws:ecs:eu-central-1:{ACCOUNT}:cluster/old", execution_role=role, task_role=role
        )
        assert template["Parameters"]["ExistingCluster"]["Default"] == "old"
        assert of_type(template, "IAM::Role") == {}
        assert template["Outputs"]["TaskRoleArn"]["Value"] == role

    def test_buckets_have_the_names_in_the_specs(self) -> None:
        template = made(EcsSpec(remote_logs="s3://my-logs/a"), s3_uri="s3://my-dags/b/latest.sha256")
        assert template["Parameters"]["DagBucketName"]["Default"] == "my-dags"
        assert template["Parameters"]["LogBucketName"]["Default"] == "my-logs"

    def test_logs_in_cloudwatch_need_no_bucket(self) -> None:
        group = f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:tasks"
        template = of_spec(remote_logs=f"cloudwatch://{group}")
        assert list(of_type(template, "S3::Bucket")) == ["DagBucket"]
        assert "LogBucketName" not in template["Parameters"]
        assert variables(template)["AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER"] == f"cloudwatch://{group}"

    def test_a_read_only_root_filesystem_has_its_volumes(self) -> None:
        template = made(EcsSpec(), read_only_root_filesystem=True)
        assert container(template)["ReadonlyRootFilesystem"] is True
        assert template["Resources"]["TaskDefinition"]["Properties"]["Volumes"]

    def test_tags_allow_tagging(self) -> None:
        actions = [each["Action"] for each in statements(of_spec(tags={"a": "b"}))]
        assert "ecs:TagResource" in actions
        assert "ecs:TagResource" not in [each["Action"] for each in statements(of_spec())]


class TestLinesOfAirflow:
    def test_a_worker_of_3_calls_the_api_server_and_knows_no_database(self) -> None:
        template = of_spec(3, database=True)
        assert variables(template)["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == {
            "Ref": "ExecutionApiServerUrl"
        }
        assert secrets(template) == {}
        assert "DatabaseFromTasks" not in template["Resources"]
        assert "ReadTheDatabaseSecret" not in template["Resources"]

    def test_a_worker_of_2_calls_the_database_and_no_api_server(self) -> None:
        template = of_spec(2, database=True, fernet_key_secret=FERNET)
        assert secrets(template) == {
            "AIRFLOW__CORE__FERNET_KEY": {"Ref": "FernetKeySecretArn"},
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": {
                "Fn::If": ["NewDatabase", {"Ref": "DatabaseConnection"}, {"Ref": "DatabaseSecretArn"}]
            },
        }
        assert "ExecutionApiServerUrl" not in template["Parameters"]
        assert "DatabaseFromTasks" in template["Resources"]

    @pytest.mark.parametrize(
        ("reference", "resource"),
        [
            (f"{DATABASE}:connection::", DATABASE),
            (
                "/airflow/connection",
                {
                    "Fn::Sub": "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/airflow/connection"
                },
            ),
        ],
    )
    def test_a_key_of_a_secret_and_a_parameter_keep_their_form(
        self, reference: str, resource: object
    ) -> None:
        template = of_spec(2, database_secret=reference)
        assert secrets(template)["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == reference
        assert resource in [each.get("Resource") for each in statements(template)]
        assert "DatabaseSecretArn" not in template["Parameters"]

    def test_an_image_without_what_its_worker_needs_is_refused_before_anything_is_made(self) -> None:
        assert "WorkerReachesTheApiServer" in of_spec(3)["Rules"]
        assert "WorkerReachesTheDatabase" in of_spec(2)["Rules"]
        assert "WorkerReachesTheDatabase" not in of_spec(2, database=True)["Rules"]


class TestSafety:
    @pytest.fixture(
        params=[(3, False), (3, True), (2, False), (2, True)], ids=["3", "3-database", "2", "2-database"]
    )
    def template(self, request: pytest.FixtureRequest) -> dict[str, Any]:
        airflow, database = request.param
        return of_spec(airflow, database=database, **EVERYTHING)

    def test_what_holds_data_stays(self, template: dict[str, Any]) -> None:
        kept = {
            name: each["DeletionPolicy"]
            for name, each in template["Resources"].items()
            if each.get("DeletionPolicy", "Delete") != "Delete"
        }
        expected = {"Repository": "Retain", "DagBucket": "Retain", "LogBucket": "Retain"}
        if "Database" in template["Resources"]:
            expected |= {"Database": "Snapshot", "DatabasePassword": "Retain"}
        assert kept == expected
        assert all(
            each["UpdateReplacePolicy"] == kept[name]
            for name, each in template["Resources"].items()
            if name in kept
        )

    def test_buckets_are_private_encrypted_and_by_tls(self, template: dict[str, Any]) -> None:
        for name, bucket in of_type(template, "S3::Bucket").items():
            properties = bucket["Properties"]
            assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
            assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
            (denial,) = template["Resources"][f"{name}OnlyByTls"]["Properties"]["PolicyDocument"]["Statement"]
            assert denial["Effect"] == "Deny"
            assert denial["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            assert denial["Resource"] == [{"Fn::GetAtt": [name, "Arn"]}, {"Fn::Sub": f"${{{name}.Arn}}/*"}]

    def test_nobody_calls_a_task(self, template: dict[str, Any]) -> None:
        assert "SecurityGroupIngress" not in template["Resources"]["TaskSecurityGroup"]["Properties"]
        into = [
            each["Properties"]["GroupId"] for each in of_type(template, "EC2::SecurityGroupIngress").values()
        ]
        assert {"Fn::GetAtt": ["TaskSecurityGroup", "GroupId"]} not in into

    def test_only_what_has_no_narrower_resource_is_allowed_on_all(self, template: dict[str, Any]) -> None:
        on_all = [each["Sid"] for each in statements(template) if each.get("Resource") == "*"]
        assert sorted(on_all) == ["LogInToEcr", "OpenShells"]

    def test_every_allowance_names_a_resource_or_a_principal(self, template: dict[str, Any]) -> None:
        assert all("Resource" in each or "Principal" in each for each in statements(template))

    def test_the_database_is_private_and_encrypted(self) -> None:
        properties = of_spec(database=True)["Resources"]["Database"]["Properties"]
        assert properties["PubliclyAccessible"] is False
        assert properties["StorageEncrypted"] is True
        assert (
            properties["MasterUserPassword"]["Fn::Sub"]
            == "{{resolve:secretsmanager:${DatabasePassword}:SecretString:password}}"
        )

    def test_no_partition_is_taken_for_granted(self) -> None:
        for airflow in (2, 3):
            text = stack_template(image_spec(airflow), EcsSpec(), database=True)
            assert "arn:aws:" not in text
            assert ".amazonaws.com" not in text.replace("ecs-tasks.amazonaws.com", "")
