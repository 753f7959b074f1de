"""A deployed stack holds the policies of `ecs iam` and the container of `ecs task-definition`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest

from airflow_ecs_image.ecs.iam_roles import execution_role_policy, task_role_policy, trust_policy
from airflow_ecs_image.ecs.iam_scheduler import api_server_policy, scheduler_policy
from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.ecs.task_definition import task_definition
from tests.aws.stacks import (
    AIRFLOW_2,
    PLACE,
    SECRET,
    allowed,
    expected,
    image_of,
    policy_allows,
    role_allows,
    stack_of,
)
from tests.s3.moto_server import REGION

pytestmark = pytest.mark.usefixtures("cloudformation")


@pytest.mark.parametrize(
    ("name", "image", "ecs"),
    [
        ("plain", {}, {}),
        ("pointer", {"s3_uri": "s3://team-dags/team/latest.sha256"}, {"tags": {"team": "data"}}),
        (
            "bundle",
            {"dag_bundle": "s3://bundle-dags/dags"},
            {"capacity_providers": "FARGATE_SPOT:4,FARGATE:1"},
        ),
        (
            "exec",
            {},
            {
                "run_task_kwargs": {"enableExecuteCommand": True},
                "secrets": {"A": f"{SECRET}:key::", "B": "/team/b"},
            },
        ),
        ("two", AIRFLOW_2, {"database_secret": SECRET, "fernet_key_secret": f"{SECRET[:-7]}-fernet-GhIjKl"}),
    ],
)
def test_roles_and_policies_are_those_of_ecs_iam(
    tmp_path: Path, name: str, image: dict[str, Any], ecs: dict[str, Any]
) -> None:
    made = stack_of(tmp_path, f"iam-{name}", image=image, **ecs)
    made.deploy()
    outputs = made.outputs()
    of_stack = {
        "region": outputs["Region"],
        "cluster": outputs["ClusterName"],
        "image": f"{outputs['RepositoryUri']}@sha256:{'1' * 64}",
        "remote_logs": outputs["RemoteLogs"],
    }
    spec = made.ecs.model_copy(update=of_stack)
    described = made.image
    if "s3_uri" not in image and "dag_bundle" not in image:
        described = described.model_copy(update={"s3_uri": f"s3://{outputs['DagBucketName']}/dags"})
    execution = role_allows(f"{made.name}-execution")
    database = execution.pop("ReadTheDatabaseSecret", None)
    wanted = expected(execution_role_policy(described, spec, PLACE))
    if image is AIRFLOW_2:
        assert database is not None
        assert database["Resource"] == [SECRET]
        wanted["ReadSecrets"]["Resource"].remove(SECRET)
    assert execution == wanted
    assert role_allows(f"{made.name}-task") == expected(task_role_policy(described, spec, PLACE))
    trust = boto3.client("iam").get_role(RoleName=f"{made.name}-task")["Role"]["AssumeRolePolicyDocument"]
    assert allowed(trust) == expected(trust_policy(PLACE))
    assert policy_allows(outputs["SchedulerPolicyArn"]) == expected(scheduler_policy(spec, PLACE))
    assert policy_allows(outputs["ApiServerPolicyArn"]) == expected(api_server_policy(spec, PLACE))


@pytest.mark.parametrize(
    ("name", "image", "ecs"),
    [
        (
            "three",
            {"read_only_root_filesystem": True, "s3_uri": "s3://task-dags/dags"},
            {"secrets": {"A": SECRET}},
        ),
        ("two", AIRFLOW_2, {"database_secret": SECRET, "fernet_key_secret": SECRET, "stop_timeout": 60}),
    ],
)
def test_the_container_is_that_of_ecs_task_definition(
    tmp_path: Path, name: str, image: dict[str, Any], ecs: dict[str, Any]
) -> None:
    made = stack_of(tmp_path, f"task-{name}", image=image, **ecs)
    made.deploy(Image=image_of("worker"))
    spec = made.ecs.model_copy(update={"region": REGION, "remote_logs": made.outputs()["RemoteLogs"]})
    facts = ImageFacts.of_spec(image_of("worker"), "linux/amd64", made.image)
    (wanted,) = task_definition(made.image, spec, facts, PLACE)["containerDefinitions"]
    found = {key: value for key, value in made.container().items() if key in wanted}
    assert found == wanted


def test_the_scheduler_of_a_role_gets_the_policy(tmp_path: Path) -> None:
    iam = boto3.client("iam")
    iam.create_role(RoleName="schedulers", AssumeRolePolicyDocument="{}")
    made = stack_of(tmp_path, "attached")
    made.deploy(SchedulerRoleName="schedulers", ApiServerRoleName="schedulers")
    attached = iam.list_attached_role_policies(RoleName="schedulers")["AttachedPolicies"]
    assert {each["PolicyArn"] for each in attached} == {
        made.outputs()["SchedulerPolicyArn"],
        made.outputs()["ApiServerPolicyArn"],
    }
