"""The services of a stack, as they are decided: what each is told, and when it is another one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from airflow_ecs_image.local.stack import names
from airflow_ecs_image.local.stack.endpoint_files import CONFIGURATION_FILE
from airflow_ecs_image.local.stack.request import Ports
from airflow_ecs_image.local.stack.service import Service
from airflow_ecs_image.local.stack.services import (
    Plan,
    airflow_commands,
    airflow_service,
    database_service,
    endpoint_service,
    missing_secrets,
    s3_service,
)
from airflow_ecs_image.local.stack.specs import DATABASE_SECRET, FERNET_KEY_SECRET

from .plans import SECRETS, plan_of, request_of

SECRET_WORDS = (SECRETS.secret_access_key, SECRETS.jwt_secret, SECRETS.fernet_key, SECRETS.database_password)


def services_of(plan: Plan) -> dict[str, Service]:
    services = [database_service(plan), s3_service(plan), endpoint_service(plan)]
    services += [airflow_service(plan, *each) for each in airflow_commands(plan.major).items()]
    return {each.name: each for each in services}


def changed(before: Plan, after: Plan) -> set[str]:
    """The names of the services that would be made anew."""
    old, new = services_of(before), services_of(after)
    return {name for name in new if new[name].configuration != old[name].configuration}


def endpoint_configuration(plan: Plan) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(endpoint_service(plan).files[CONFIGURATION_FILE])
    return content


@pytest.mark.parametrize("major", [2, 3])
def test_the_same_request_gives_the_same_services(major: int) -> None:
    assert services_of(plan_of(major)).keys() == set(names.services(major))
    assert changed(plan_of(major), plan_of(major)) == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"slots": 3}, {"ecs"}),
        ({"ports": Ports(0, 9123, 0)}, {"s3"}),
        ({"ports": Ports(8080, 0, 0)}, {"api-server"}),
        (
            {"control_plane": "sha256:another"},
            {"api-server", "scheduler", "dag-processor", "triggerer"},
        ),
        ({"worker_name": "worker:2"}, {"ecs"}),
        ({"worker": "sha256:another"}, set()),
    ],
)
def test_a_change_makes_anew_what_it_concerns(changes: dict[str, Any], expected: set[str]) -> None:
    assert changed(plan_of(), replace(plan_of(), **changes)) == expected


def test_no_secret_stands_in_a_label_a_command_or_a_representation() -> None:
    for service in services_of(plan_of()).values():
        seen = [*service.labels.values(), *service.command, service.configuration, repr(service)]
        assert not [text for text in seen for secret in SECRET_WORDS if secret in text], service.name


@pytest.mark.parametrize("major", [2, 3])
def test_the_control_plane_fetches_no_dags_and_asks_the_stacks_own_aws(major: int) -> None:
    for name, service in services_of(plan_of(major)).items():
        if name in (names.POSTGRESQL, names.S3, names.ECS):
            continue
        assert service.environment["S3_URI"] == ""
        assert service.environment["AWS_ENDPOINT_URL_ECS"] == "http://ecs:8000"
        assert service.environment["AWS_ENDPOINT_URL_S3"] == "http://s3:9000"
        assert {"s3", "ecs", "postgresql"} <= set(service.environment["NO_PROXY"].split(","))
        assert SECRETS.database_password in service.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
        assert service.volumes == {"/opt/airflow/dags": "airflow-ecs-local-dags"}
        assert ("/opt/airflow/webserver_config.py" in service.files) == (major == 2)


def test_settings_of_a_request_stand_over_everything() -> None:
    request = request_of(settings={"AIRFLOW__CORE__PARALLELISM": "500"})
    service = services_of(plan_of(request=request))["scheduler"]
    assert service.environment["AIRFLOW__CORE__PARALLELISM"] == "500"


def test_the_endpoint_has_the_values_of_the_secrets_by_their_names() -> None:
    request = request_of(
        ecs={"secrets": {"API_KEY": "arn:aws:ssm:eu-central-1:123456789012:parameter/key", "OTHER": "other"}},
        secrets={"API_KEY": "value", "NOBODY": "asked"},
    )
    plan = plan_of(2, request)
    assert endpoint_configuration(plan)["secrets"] == {
        "arn:aws:ssm:eu-central-1:123456789012:parameter/key": "value",
        DATABASE_SECRET: "postgresql+psycopg2://airflow:database-password@postgresql/postgres",
        FERNET_KEY_SECRET: "fernet-key",
    }
    assert missing_secrets(plan) == ("OTHER",)


def test_an_image_of_its_own_keeps_its_dags() -> None:
    service = services_of(plan_of(dag_folder=None))["scheduler"]
    assert service.volumes == {}
