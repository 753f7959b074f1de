"""The policies: exactly what is needed, on exactly what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from airflow_ecs_image.ecs.iam import POLICIES, policies
from airflow_ecs_image.ecs.iam_model import Policy
from airflow_ecs_image.ecs.place import Place

from .deployments import ACCOUNT, PLACE, ecs_spec, image_spec
from .policies import DEPLOYMENTS, one


def all_of(deployment: str) -> list[Policy]:
    image, ecs = DEPLOYMENTS[deployment]
    return policies(image, ecs, PLACE, POLICIES, kms_keys=(f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1",))


def actions(policies: Iterable[Policy]) -> set[str]:
    return {action for policy in policies for each in policy.statements for action in each.actions}


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_only_what_iam_knows_no_resource_for_is_for_every_resource(deployment: str) -> None:
    for policy in all_of(deployment):
        for each in policy.statements:
            if "*" in each.resources:
                assert each.sid in ("LogInToEcr", "OpenShells")
                assert "IAM knows no resource" in each.why
            assert all("*" not in action for action in each.actions)


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_each_statement_has_a_name_and_a_sentence(deployment: str) -> None:
    why: dict[str, str] = {}
    for policy in all_of(deployment):
        names = [each.sid for each in policy.statements]
        assert len(set(names)) == len(names)
        for each in policy.statements:
            assert re.fullmatch(r"[A-Za-z0-9]+", each.sid)
            assert each.why[0].isupper() or each.why.startswith("enableExecuteCommand")
            assert each.why.endswith(".")
            # One document holds all of them by their names.
            assert why.setdefault(each.sid, each.why) == each.why


# Of services without such operations, or that name them otherwise (Service Authorization Reference).
NO_OPERATION = {
    "iam:PassRole", "s3:ListBucket",
    "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
}  # fmt: skip


def test_each_action_is_an_operation_of_its_service() -> None:
    from botocore.loaders import Loader

    found = {action for deployment in DEPLOYMENTS for action in actions(all_of(deployment))} - NO_OPERATION
    assert len(found) > 15
    for action in found:
        service, _, operation = action.partition(":")
        assert operation in Loader().load_service_model(service, "service-2")["operations"], action


def test_the_scheduler_runs_this_family_on_this_cluster_with_these_roles() -> None:
    found = one("scheduler", image_spec(), ecs_spec(cluster="analytics", family="worker"))
    assert found == {
        "RunWorkers": {
            "Sid": "RunWorkers",
            "Effect": "Allow",
            "Action": ["ecs:RunTask"],
            "Resource": [f"arn:aws:ecs:eu-central-1:{ACCOUNT}:task-definition/worker:*"],
            "Condition": {
                "ArnEquals": {"ecs:cluster": f"arn:aws:ecs:eu-central-1:{ACCOUNT}:cluster/analytics"}
            },
        },
        "WatchWorkers": {
            "Sid": "WatchWorkers",
            "Effect": "Allow",
            "Action": ["ecs:DescribeTasks", "ecs:StopTask"],
            "Resource": [f"arn:aws:ecs:eu-central-1:{ACCOUNT}:task/analytics/*"],
            "Condition": {
                "ArnEquals": {"ecs:cluster": f"arn:aws:ecs:eu-central-1:{ACCOUNT}:cluster/analytics"}
            },
        },
        "PassRoles": {
            "Sid": "PassRoles",
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": [
                f"arn:aws:iam::{ACCOUNT}:role/airflow-ecs-execution",
                f"arn:aws:iam::{ACCOUNT}:role/airflow-ecs-task",
            ],
            "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        },
    }


@pytest.mark.parametrize(
    "named",
    ["worker", "worker:7", f"arn:aws:ecs:eu-central-1:{ACCOUNT}:task-definition/worker:7",
     f"arn:aws:ecs:eu-central-1:{ACCOUNT}:task-definition/worker"],
)  # fmt: skip
def test_any_revision_of_the_family_may_run(named: str) -> None:
    found = one("scheduler", image_spec(), ecs_spec(task_definition=named))
    assert found["RunWorkers"]["Resource"] == [f"arn:aws:ecs:eu-central-1:{ACCOUNT}:task-definition/worker:*"]


def test_a_cluster_by_its_arn() -> None:
    arn = "arn:aws:ecs:us-east-1:210987654321:cluster/other"
    found = one("scheduler", image_spec(), ecs_spec(cluster=arn))
    assert found["WatchWorkers"]["Resource"] == ["arn:aws:ecs:us-east-1:210987654321:task/other/*"]
    assert found["RunWorkers"]["Condition"] == {"ArnEquals": {"ecs:cluster": arn}}


def test_the_scheduler_tags_only_what_it_starts_and_only_where_something_is_tagged() -> None:
    for kwargs in ({"tags": {"team": "data"}}, {"run_task_kwargs": {"propagateTags": "TASK_DEFINITION"}}):
        found = one("scheduler", image_spec(), ecs_spec(**kwargs))["TagWorkers"]
        assert found["Action"] == ["ecs:TagResource"]
        assert found["Condition"] == {"StringEquals": {"ecs:CreateAction": "RunTask"}}
    assert "TagWorkers" not in one("scheduler", image_spec(), ecs_spec())


def test_the_cluster_is_described_only_where_the_executor_asks_for_its_capacity() -> None:
    without = ecs_spec().model_copy(update={"launch_type": ""})
    assert one("scheduler", image_spec(), without)["ReadDefaultCapacity"]["Action"] == [
        "ecs:DescribeClusters"
    ]
    for ecs in (ecs_spec(), ecs_spec(launch_type="EC2"), ecs_spec(capacity_providers=("FARGATE",))):
        assert "ReadDefaultCapacity" not in one("scheduler", image_spec(), ecs)


def test_the_scheduler_writes_logs_only_where_tasks_run_beside_it() -> None:
    logs = {"remote_logs": "s3://team-logs/airflow"}
    assert "WriteTaskLogs" in one("scheduler", image_spec(), ecs_spec(**logs))
    alone = ecs_spec(
        **logs, executors=("airflow.providers.amazon.aws.executors.ecs.ecs_executor.AwsEcsExecutor",)
    )
    assert "WriteTaskLogs" not in one("scheduler", image_spec(), alone)


def test_only_ecs_for_this_account_takes_the_roles() -> None:
    (statement,) = one("trust", image_spec(), ecs_spec()).values()
    assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    assert "Resource" not in statement


@pytest.mark.parametrize(
    ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eusc-de-east-1", "aws-eusc")]
)  # fmt: skip
def test_every_arn_is_of_the_partition(region: str, partition: str) -> None:
    image = image_spec(2, s3_uri="s3://team-dags/dags")
    ecs = ecs_spec(
        region=region, remote_logs="s3://team-logs/x", database_secret="/db", fernet_key_secret="/fernet"
    )
    for policy in policies(image, ecs, Place(region, ACCOUNT), POLICIES):
        for each in policy.statements:
            assert all(
                resource == "*" or resource.startswith(f"arn:{partition}:") for resource in each.resources
            )


def test_a_role_without_a_need_has_no_policy() -> None:
    assert policies(image_spec(), ecs_spec(), PLACE, ("task-role", "api-server")) == []
