"""What the two roles of the task definition may do, and on what."""

from __future__ import annotations

import pytest

from airflow_ecs_image.ecs.iam import policies
from airflow_ecs_image.ecs.iam_roles import secret_arn
from airflow_ecs_image.errors import SpecError

from .deployments import ACCOUNT, DATABASE, FERNET, PLACE, ecs_spec, image_spec
from .policies import DEPLOYMENTS, GROUP, one


def test_the_execution_role_pulls_from_one_repository_and_writes_to_one_group() -> None:
    found = one("execution-role", image_spec(), ecs_spec())
    assert found.keys() == {"LogInToEcr", "PullImage", "WriteContainerOutput"}
    assert found["PullImage"]["Resource"] == [f"arn:aws:ecr:eu-central-1:{ACCOUNT}:repository/team/worker"]
    assert found["WriteContainerOutput"]["Resource"] == [
        f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/ecs/airflow-ecs:*"
    ]


def test_the_repository_may_be_of_another_account_and_region() -> None:
    image = "210987654321.dkr.ecr.us-east-1.amazonaws.com/worker:1"
    found = one("execution-role", image_spec(), ecs_spec(image=image))
    assert found["PullImage"]["Resource"] == ["arn:aws:ecr:us-east-1:210987654321:repository/worker"]


@pytest.mark.parametrize("image", ["worker:1", "team/worker:1", "registry.example.com/worker:1", "public.ecr.aws/a/worker:1"])  # fmt: skip
def test_another_registry_needs_no_right_of_aws(image: str) -> None:
    assert one("execution-role", image_spec(), ecs_spec(image=image)).keys() == {"WriteContainerOutput"}


def test_the_secrets_of_airflow_2_are_read_and_airflow_3_reads_none() -> None:
    assert "ReadSecrets" not in one("execution-role", image_spec(3), ecs_spec())
    found = one("execution-role", image_spec(2), ecs_spec(secrets={"A": "/team/a", "B": "b"}))
    assert found["ReadSecrets"]["Resource"] == [DATABASE, FERNET]
    assert found["ReadParameters"]["Resource"] == [
        f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter/b",
        f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter/team/a",
    ]


def test_airflow_3_needs_no_address_of_its_api_for_the_policies() -> None:
    assert one("execution-role", image_spec(3), ecs_spec(execution_api_server_url=None))


SECRET = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:airflow/db"


@pytest.mark.parametrize(
    ("reference", "arn"),
    [
        (f"{SECRET}-AbCdEf", f"{SECRET}-AbCdEf"),
        (f"{SECRET}-AbCdEf:password::", f"{SECRET}-AbCdEf"),
        (f"{SECRET}-AbCdEf:password:AWSCURRENT:", f"{SECRET}-AbCdEf"),
        (SECRET, f"{SECRET}-??????"),
    ],
)
def test_a_key_within_a_secret_is_no_part_of_its_arn(reference: str, arn: str) -> None:
    assert secret_arn(reference) == arn


def test_the_task_role_reads_a_prefix_and_writes_logs() -> None:
    found = one("task-role", *DEPLOYMENTS["prefix"])
    assert found["FetchDags"]["Resource"] == ["arn:aws:s3:::team-dags/dags/*"]
    assert found["ListDags"]["Resource"] == ["arn:aws:s3:::team-dags"]
    assert found["ListDags"]["Condition"] == {"StringLike": {"s3:prefix": "dags/*"}}
    assert found["WriteTaskLogs"]["Resource"] == ["arn:aws:s3:::team-logs/airflow/*"]
    assert found["WriteTaskLogs"]["Action"] == ["s3:GetObject", "s3:PutObject"]
    # With a condition on the prefix, HeadObject of a log that is not there would be refused, and no log uploaded.
    assert "Condition" not in found["SeeMissingLogs"]


def test_whole_buckets_have_no_prefix() -> None:
    found = one("task-role", *DEPLOYMENTS["whole buckets"])
    assert found["FetchDags"]["Resource"] == ["arn:aws:s3:::team-dags/*"]
    assert "Condition" not in found["ListDags"]
    assert found["WriteTaskLogs"]["Resource"] == ["arn:aws:s3:::team-logs/*"]
    assert "Condition" not in one("api-server", *DEPLOYMENTS["whole buckets"])["ListTaskLogs"]


@pytest.mark.parametrize(
    ("deployment", "resource"),
    [("archive", "arn:aws:s3:::team-dags/a/b.tar.gz"), ("pointer", "arn:aws:s3:::team-dags/a/*")],
)
def test_an_archive_needs_no_list(deployment: str, resource: str) -> None:
    found = one("task-role", *DEPLOYMENTS[deployment])
    assert found["FetchDags"]["Resource"] == [resource]
    assert "ListDags" not in found


def test_a_bundle_lists_its_bucket_without_a_condition() -> None:
    found = one("task-role", *DEPLOYMENTS["bundle"])
    assert found["FetchDags"]["Resource"] == ["arn:aws:s3:::team-dags/dags/*"]
    assert "Condition" not in found["ListDags"]


def test_the_place_of_the_dags_may_be_the_task_definitions() -> None:
    ecs = ecs_spec(worker_environment={"S3_URI": "s3://other-dags/today"})
    found = one("task-role", image_spec(s3_uri="s3://team-dags/dags"), ecs)
    assert found["FetchDags"]["Resource"] == ["arn:aws:s3:::other-dags/today/*"]
    nothing = ecs_spec(worker_environment={"S3_URI": ""})
    assert policies(image_spec(s3_uri="s3://team-dags/dags"), nothing, PLACE, ("task-role",)) == []


def test_logs_in_cloudwatch() -> None:
    ecs = DEPLOYMENTS["archive"][1]
    found = one("task-role", image_spec(), ecs)
    assert found["WriteTaskLogs"]["Resource"] == [f"{GROUP}:*"]
    assert found["FindLogGroup"]["Resource"] == [f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:*"]
    assert one("api-server", image_spec(), ecs)["ReadTaskLogs"]["Resource"] == [f"{GROUP}:*"]


def test_keys_are_used_only_where_they_are_asked_for() -> None:
    key = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1"
    for role, sid in (("execution-role", "DecryptSecrets"), ("task-role", "UseBucketKeys")):
        assert sid not in one(role, *DEPLOYMENTS["prefix"])
        assert one(role, *DEPLOYMENTS["prefix"], kms_keys=(key,))[sid]["Resource"] == [key]


def test_the_repository_has_to_be_known() -> None:
    with pytest.raises(SpecError, match=r"ecs\.image.*names its repository"):
        policies(image_spec(), ecs_spec(image=None), PLACE, ("execution-role",))
