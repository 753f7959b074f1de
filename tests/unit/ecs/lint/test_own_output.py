"""What `ecs env` and `ecs task-definition` make has no trap, in any form, for either line of Airflow."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.ecs.control_plane_environment import Component, component_environment
from airflow_ecs_image.ecs.environment_formats import FORMATS
from airflow_ecs_image.ecs.task_definition import task_definition
from airflow_ecs_image.spec import EcsSpec, ImageSpec
from airflow_ecs_image.spec.dag_bundle_config import dag_bundle_config
from airflow_ecs_image.spec.rules.bundles import CONFIG_VARIABLE
from tests.unit.ecs.deployments import PLACE, ecs_spec, image_facts, image_spec

from .files import LONG, findings

PLACEMENTS: dict[str, dict[str, Any]] = {
    "fargate": {"platform_version": "1.4.0", "assign_public_ip": True},
    "ec2": {"launch_type": "EC2"},
    "spot": {"capacity_providers": ("FARGATE_SPOT:4:0", "FARGATE:1:1")},
    "kwargs": {
        "run_task_kwargs": {
            "enableExecuteCommand": True,
            "overrides": {
                "containerOverrides": [{"name": "airflow", "environment": [{"name": "A", "value": "b"}]}]
            },
        }
    },
    "cloudwatch": {"remote_logs": "cloudwatch://arn:aws:logs:eu-central-1:123456789012:log-group:tasks"},
}
COMPONENTS = {
    3: ("all", "scheduler", "api-server", "dag-processor", "triggerer", "worker"),
    2: ("all", "scheduler", "webserver", "triggerer", "worker"),
}


def specs(airflow: int, placement: str) -> tuple[ImageSpec, EcsSpec]:
    """Specs that leave nothing open."""
    image = image_spec(
        airflow, **({"dag_bundle": "s3://dags/team", "dag_bundle_name": "team"} if airflow > 2 else {})
    )
    values = {
        "subnets": ("subnet-0a", "subnet-0b"),
        "security_groups": ("sg-0a",),
        "task_definition": "airflow-ecs:3",
        "remote_logs": "s3://my-logs/airflow",
        "tags": {"team": "data & 100% 'more'"},
        **PLACEMENTS[placement],
    }
    return image, ecs_spec(**values)


@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("airflow", COMPONENTS)
def test_each_component_alone(airflow: int, form: str, placement: str, tmp_path: Path) -> None:
    image, ecs = specs(airflow, placement)
    for component in COMPONENTS[airflow]:
        text = FORMATS[form](component_environment(image, ecs, Component(component)))
        assert findings(tmp_path, {"configuration": text}) == [], component


@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("airflow", COMPONENTS)
def test_all_components_together_with_task_definition_and_image(
    airflow: int, form: str, placement: str, tmp_path: Path
) -> None:
    image, ecs = specs(airflow, placement)
    definition = task_definition(image, ecs, image_facts(), PLACE)
    files = {
        component: FORMATS[form](component_environment(image, ecs, Component(component)))
        for component in COMPONENTS[airflow]
    }
    files["registered.json"] = json.dumps(definition)
    described = {**definition, "revision": 3, "compatibilities": ["EC2", "FARGATE"], "status": "ACTIVE"}
    files["described.json"] = json.dumps({"taskDefinition": described, "tags": []}, indent=4)
    inside = {"AIRFLOW__CORE__EXECUTOR": ",".join(ecs.executors)}
    if bundles := dag_bundle_config(image):
        inside[CONFIG_VARIABLE] = bundles
    assert findings(tmp_path, files, image=image_facts(**inside)) == []


def test_capacity_providers_of_ec2_are_the_one_thing_that_is_told(tmp_path: Path) -> None:
    image, ecs = specs(3, "fargate")
    ecs = EcsSpec(
        **{**ecs.model_dump(exclude={"launch_type", "platform_version"}), "capacity_providers": ("machines",)}
    )
    text = FORMATS["shell"](component_environment(image, ecs, Component.SCHEDULER))
    assert [each.code for each in findings(tmp_path, {"config.sh": text})] == ["ECS106"]


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("airflow", COMPONENTS)
def test_a_shell_and_the_reader_see_the_same_values(shell: str, airflow: int, tmp_path: Path) -> None:
    image, ecs = specs(airflow, "spot")
    environment = component_environment(image, ecs, Component.ALL)
    (tmp_path / "config.sh").write_text(FORMATS["shell"](environment), encoding="utf-8")
    secrets = dict.fromkeys(environment.secrets, LONG)
    done = subprocess.run(
        [shell, "-c", ". ./config.sh && env -0"],
        cwd=tmp_path,
        env=secrets,
        capture_output=True,
        check=True,
        text=True,
    )
    seen = dict(line.partition("=")[::2] for line in done.stdout.split("\0") if line)
    assert seen.items() >= {**environment.variables, **secrets}.items()
