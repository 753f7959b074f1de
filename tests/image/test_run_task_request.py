"""The executor package itself, in the image, on what `ecs env` makes: its RunTask requests are what ECS takes.

And on the traps of `ecs lint`: what a rule says is seen, is what the package does.
"""

from __future__ import annotations

import functools
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.ecs.control_plane_environment import (
    Component,
    ComponentEnvironment,
    component_environment,
)
from airflow_ecs_image.ecs.environment_formats import as_cfg, as_shell, shell_line
from airflow_ecs_image.ecs.executor_options import variable
from airflow_ecs_image.engine import containers
from airflow_ecs_image.spec import EcsSpec, ImageSpec

from .executor_configurations import PLACEMENTS, SECRETS, SENT, TRAPS, Changes
from .worker_images import WorkerImage

SCRIPT = Path(__file__).with_name("inside_executor.py").read_text(encoding="utf-8")


def environment(image: WorkerImage, **values: Any) -> ComponentEnvironment:
    """What `ecs env` makes for the control plane."""
    spec = ImageSpec(airflow_version=image.airflow, python_version=image.python)
    ecs = EcsSpec(
        **{
            "region": "eu-central-1",
            "subnets": ("subnet-0a", "subnet-0b"),
            "security_groups": ("sg-0a",),
            "task_definition": "airflow-ecs:3",
            "remote_logs": "s3://my-logs/a%20b",
            **values,
        }
    )
    return component_environment(spec, ecs, Component.ALL)


def script(made: ComponentEnvironment, changes: Changes | None = None) -> str:
    """The shell form: before it the secrets that it asks for, after it what makes it wrong."""
    secrets = "".join(f"{name}={SECRETS[name]}\n" for name in made.secrets)
    lines = [
        f"unset {variable(name)}" if value is None else shell_line(variable(name), value)
        for name, value in (changes or {}).items()
    ]
    return secrets + as_shell(made) + "\n".join(lines) + "\n"


def archive(files: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(text.encode()), 0o644
            tar.addfile(member, io.BytesIO(text.encode()))
    return stream.getvalue()


@functools.cache
def answer_of(image: WorkerImage) -> dict[str, Any]:
    """One container for all configurations of an image."""
    files = {f"{name}.sh": script(environment(image, **values)) for name, values in PLACEMENTS.items()}
    plain = environment(image)
    files |= {f"{name}.sh": script(plain, changes) for name, (changes, _) in {**TRAPS, **SENT}.items()}
    files["airflow.cfg"] = as_cfg(environment(image, **PLACEMENTS["tags"]))
    done = containers.run(
        image.tag,
        ["python", "-"],
        stdin=SCRIPT,
        timeout=300,
        environment={"AWS_EC2_METADATA_DISABLED": "true"},
        contents={"/configuration": archive(files)},
    )
    assert done.exit_code == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def request_of(image: WorkerImage, name: str, task: str = "") -> dict[str, Any]:
    """The request of a task, which botocore has nothing to say about."""
    outcome = answer_of(image)["outcomes"][name]
    assert "ended" not in outcome, outcome
    assert set(outcome["problems"].values()) == {""}
    request: dict[str, Any] = outcome["requests"][task]
    return request


def test_fargate(image: WorkerImage) -> None:
    assert request_of(image, "fargate") == {
        "cluster": "airflow-ecs",
        "count": 1,
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "taskDefinition": "airflow-ecs:3",
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": ["subnet-0a", "subnet-0b"],
                "securityGroups": ["sg-0a"],
                "assignPublicIp": "ENABLED",
            }
        },
        "overrides": {
            "containerOverrides": [
                {
                    "name": "airflow",
                    "command": [
                        "python",
                        "-m",
                        "airflow.sdk.execution_time.execute_workload",
                        "--json-string",
                        "{}",
                    ],
                    "environment": [{"name": "AIRFLOW_IS_EXECUTOR_CONTAINER", "value": "true"}],
                }
            ]
        },
    }


def test_ec2_has_no_platform_version_and_no_public_address(image: WorkerImage) -> None:
    request = request_of(image, "ec2")
    assert request["launchType"] == "EC2"
    assert "platformVersion" not in request
    assert "assignPublicIp" not in request["networkConfiguration"]["awsvpcConfiguration"]


def test_capacity_providers_have_no_launch_type_beside_them(image: WorkerImage) -> None:
    request = request_of(image, "spot")
    assert "launchType" not in request
    assert request["capacityProviderStrategy"] == [
        {"capacityProvider": "FARGATE_SPOT", "weight": 4},
        {"capacityProvider": "FARGATE", "weight": 1, "base": 1},
    ]


def test_capacity_providers_of_ec2_get_a_platform_version_all_the_same(image: WorkerImage) -> None:
    """Nothing says so in the configuration: this is what ECS106 tells."""
    assert request_of(image, "machines")["platformVersion"] == "LATEST"


def test_tags_and_overrides_arrive(image: WorkerImage) -> None:
    request = request_of(image, "tags")
    assert request["tags"] == [{"key": "cost", "value": "1"}, {"key": "team", "value": "it's 100%"}]
    assert (request["propagateTags"], request["enableExecuteCommand"]) == ("TASK_DEFINITION", True)
    (container,) = request["overrides"]["containerOverrides"]
    assert container["name"] == "worker"
    assert {"name": "A", "value": "b"} in container["environment"]


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_the_executor_config_of_the_examples_is_taken(image: WorkerImage, placement: str) -> None:
    tasks = answer_of(image)["outcomes"][placement]["requests"]
    assert tasks.keys() == {
        "",
        "FARGATE-DAG.exec_task",
        "FARGATE-OVERRIDES-DAG.large",
        "FARGATE-OVERRIDES-DAG.small",
        "HYBRID-DAG.compute",
    }
    large = request_of(image, placement, "FARGATE-OVERRIDES-DAG.large")["overrides"]
    assert (large["cpu"], large["memory"]) == ("2048", "8192")
    (container,) = large["containerOverrides"]
    assert container["name"] == PLACEMENTS[placement].get("container_name", "airflow")
    assert {"name": "BATCH_SIZE", "value": "50000"} in container["environment"]
    assert container["command"]


@pytest.mark.parametrize("code", TRAPS)
def test_a_trap_breaks_as_its_rule_says(image: WorkerImage, code: str) -> None:
    outcome = answer_of(image)["outcomes"][code]
    seen = outcome.get("ended") or outcome["problems"][""]
    assert TRAPS[code][1] in seen


@pytest.mark.parametrize("code", SENT)
def test_a_trap_that_passes_is_sent_to_ecs(image: WorkerImage, code: str) -> None:
    request = request_of(image, code)
    flat = {**request, **request["networkConfiguration"]["awsvpcConfiguration"]}
    assert flat.items() >= SENT[code][1].items()


def test_airflow_reads_the_same_from_airflow_cfg(image: WorkerImage) -> None:
    made = environment(image, **PLACEMENTS["tags"])
    cfg = answer_of(image)["cfg"]
    seen = {
        variable(option, section): value
        for section, options in cfg["options"].items()
        for option, value in options.items()
    }
    assert seen == {name: value for name, value in made.variables.items() if name.startswith("AIRFLOW__")}
    assert cfg["get_value"] == made.variables[variable("run_task_kwargs")]
