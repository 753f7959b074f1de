"""From the deployment on AWS to the one on this machine."""

from __future__ import annotations

import pytest

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.local.stack import names
from airflow_ecs_image.local.stack.specs import dag_source_of, local_ecs_spec

from .plans import request_of


def test_what_is_the_users_stays() -> None:
    ecs = {
        "cpu": 256,
        "memory": 512,
        "container_name": "worker",
        "max_run_task_attempts": 2,
        "worker_environment": {"TEAM": "data", "AWS_ENDPOINT_URL_S3": "https://elsewhere"},
        "secrets": {"API_KEY": "arn:aws:ssm:eu-central-1:123456789012:parameter/key"},
        "tags": {"team": "data"},
        "subnets": ("subnet-0a",),
        "cluster": "arn:aws:ecs:eu-central-1:123456789012:cluster/team",
    }
    request = request_of(ecs=ecs, worker_environment={"MORE": "1"})
    local = local_ecs_spec(request, "3.3.2", "baked", {})
    for name in ("cpu", "memory", "container_name", "max_run_task_attempts", "secrets", "tags", "subnets"):
        assert getattr(local, name) == getattr(request.ecs, name), name
    assert local.worker_environment["TEAM"] == "data"
    assert local.worker_environment["MORE"] == "1"
    assert local.worker_environment["AWS_ENDPOINT_URL_S3"] == "http://s3:9000", "never the real one"
    assert (local.cluster, local.account_id) == ("team", names.ACCOUNT)


@pytest.mark.parametrize(("version", "is_airflow_3"), [("3.3.2", True), ("2.11.2", False)])
def test_each_line_of_airflow_reaches_what_its_worker_needs(version: str, is_airflow_3: bool) -> None:
    request = request_of(ecs={"execution_api_server_url": "https://airflow.example.com/execution/"})
    local = local_ecs_spec(request, version, "baked", {})
    assert (local.execution_api_server_url == "http://api-server:8080/execution/") is is_airflow_3
    assert (local.database_secret is None) is is_airflow_3


def test_workers_fetch_from_where_the_stack_puts_dags() -> None:
    request = request_of(image={"s3_uri": "s3://team/dags"})
    assert dag_source_of(request) == "s3"
    found = {
        source: local_ecs_spec(request, "3.3.2", source, {}).worker_environment["S3_URI"]
        for source in ("baked", "s3", "archive")
    }
    assert found == {
        "baked": "",
        "s3": "s3://airflow-dags/dags/files",
        "archive": "s3://airflow-dags/dags/archive/latest.sha256",
    }


def test_a_spec_without_dags_is_refused_with_the_way_out() -> None:
    bundle = {"dag_bundle": "s3://team/dags"}
    with pytest.raises(SpecError, match="has no DAGs then") as refused:
        dag_source_of(request_of(image=bundle))
    assert "--dags s3" in str(refused.value.mend)
    with pytest.raises(SpecError, match="the image holds none"):
        dag_source_of(request_of(image=bundle, dag_source="baked"))
    assert dag_source_of(request_of(image=bundle, dag_source="s3")) == "s3"
    assert dag_source_of(request_of(image=bundle, dag_source="baked", image_name="worker:1")) == "baked"


@pytest.mark.parametrize("name", ["", "a", "-stack", "../elsewhere", "two words", "x" * 64])
def test_a_name_that_no_stack_can_have_is_refused(name: str) -> None:
    with pytest.raises(SpecError, match="no stack can be called so"):
        request_of(name=name)
