"""The ECS spec: its own table, options and variables, by the same precedence; one line for each wrong value."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from airflow_ecs_image.cli.spec_options import ecs_options
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import EcsSpec, load_ecs_spec, load_spec
from airflow_ecs_image.spec.ecs_model import EXECUTOR
from airflow_ecs_image.spec.rules.fargate import MEMORY_OF_CPU

ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:airflow/db-AbCdEf"


def write(directory: Path, text: str) -> None:
    (directory / "image.toml").write_text(text, encoding="utf-8")


def refusal(directory: Path, **values: object) -> str:
    with pytest.raises(SpecError) as caught:
        load_ecs_spec(values, {}, directory)
    assert caught.value.details == ()
    assert "\n" not in caught.value.message
    return caught.value.message


def test_precedence(tmp_path: Path) -> None:
    write(tmp_path, '[ecs]\ncluster = "file"\nfamily = "file"\ncontainer_name = "file"\n')
    spec = load_ecs_spec(
        {"cluster": "cli"},
        {"AIRFLOW_ECS_IMAGE_ECS_CLUSTER": "variable", "AIRFLOW_ECS_IMAGE_ECS_FAMILY": "variable"},
        tmp_path,
        otherwise={"cluster": "stack", "container_name": "stack", "log_group": "stack"},
    )
    assert (spec.cluster, spec.family, spec.container_name, spec.log_group) == (
        "cli",
        "variable",
        "file",
        "stack",
    )


def test_names_follow_the_name(tmp_path: Path) -> None:
    spec = load_ecs_spec({"name": "team"}, {}, tmp_path)
    assert (spec.cluster, spec.family, spec.task_definition) == ("team",) * 3
    assert (spec.execution_role, spec.task_role, spec.log_group) == (
        "team-execution",
        "team-task",
        "/ecs/team",
    )


def test_both_specs_share_a_file(tmp_path: Path) -> None:
    write(tmp_path, 'tag = "worker:1"\n[environment]\nA = "b"\n[ecs]\ncpu = 512\n[ecs.tags]\nteam = "data"\n')
    assert load_spec({}, {}, tmp_path).tag == "worker:1"
    ecs = load_ecs_spec({}, {"AIRFLOW_ECS_IMAGE_ECS_TAGS": "stage=test"}, tmp_path)
    assert ecs.cpu == 512
    assert ecs.tags == {"team": "data", "stage": "test"}


def test_a_wrong_value_of_the_one_does_not_hold_up_the_other(tmp_path: Path) -> None:
    write(tmp_path, "[ecs]\ncpu = 300\n")
    load_spec({}, {}, tmp_path)
    with pytest.raises(
        SpecError, match=r"^ecs\.cpu: 300 \(image\.toml:2\) — Fargate has no task of that size"
    ):
        load_ecs_spec({}, {}, tmp_path)


def test_the_line_is_that_of_the_table(tmp_path: Path) -> None:
    write(tmp_path, 'tag = "x"\n\n[labels]\ncluster = "not this one"\n\n[ecs]\n# cluster\ncluster = "a b"\n')
    with pytest.raises(SpecError, match=r"^ecs\.cluster: 'a b' \(image\.toml:8\)"):
        load_ecs_spec({}, {}, tmp_path)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[ecs]\ncpus = 1\n", "image.toml:2: unknown key 'cpus' in [ecs]; did you mean cpu?"),
        ("ecs = 1\n", "image.toml:1: ecs is not a table"),
        ("cpu = 512\n", "image.toml:1: unknown key 'cpu'"),
    ],
)
def test_a_key_in_the_wrong_place(tmp_path: Path, text: str, line: str) -> None:
    write(tmp_path, text)
    load = load_spec if text.startswith("cpu") else load_ecs_spec
    with pytest.raises(SpecError) as caught:
        load({}, {}, tmp_path)
    assert caught.value.message.startswith(line)


def test_a_misspelt_variable_is_said_by_both(tmp_path: Path) -> None:
    for load in (load_spec, load_ecs_spec):
        with pytest.raises(SpecError, match=r"did you mean AIRFLOW_ECS_IMAGE_ECS_SUBNETS\?"):
            load({}, {"AIRFLOW_ECS_IMAGE_ECS_SUBNET": "subnet-1"}, tmp_path)


@pytest.mark.parametrize("cpu", MEMORY_OF_CPU)
def test_the_pairs_of_fargate(tmp_path: Path, cpu: int) -> None:
    for memory in MEMORY_OF_CPU[cpu]:
        load_ecs_spec({"cpu": cpu, "memory": memory}, {}, tmp_path)
    for memory in (MEMORY_OF_CPU[cpu][0] - 256, MEMORY_OF_CPU[cpu][-1] + 8192):
        assert f"Fargate has no task of {cpu} CPU units with it" in refusal(tmp_path, cpu=cpu, memory=memory)


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("name", "-x", "cannot be the name of a stack"),
        ("account_id", "12345", "twelve digits"),
        ("cluster", "a/b", "cannot hold"),
        ("task_definition", "airflow:LATEST", "for the latest revision leave the revision out"),
        ("task_definition", "airflow:0", "not a task definition"),
        ("cpu", "many", "not a whole number"),
        ("ephemeral_storage", "20", "Fargate does not give that many GiB"),
        ("stop_timeout", "121", "ECS does not wait that many seconds"),
        ("execution_role", "a/b", "neither the name nor the ARN of a role"),
        ("subnets", "subnet-1,vpc-1", "it is not a subnet"),
        ("subnets", ",".join(f"subnet-{number}" for number in range(17)), "16 at most"),
        ("subnets", "subnet-1,subnet-1", "twice"),
        ("security_groups", ",".join(f"sg-{number}" for number in range(6)), "5 at most"),
        ("capacity_providers", "FARGATE:heavy", "not a capacity provider"),
        ("capacity_providers", "FARGATE:0", "no task could be placed"),
        ("capacity_providers", "FARGATE:1:1,FARGATE_SPOT:1:1", "more than one has a base"),
        ("image", "Worker:1", "no upper-case letters"),
        ("launch_type", "EXTERNAL", "not one of the known values"),
        ("execution_api_server_url", "https://localhost:8080/execution/", "another machine"),
        ("execution_api_server_url", "https://airflow.example.com/", "ends in /execution/"),
        ("execution_api_server_url", "airflow.example.com/execution/", "not the address"),
        ("execution_api_server_url", "https://user:word@host/execution/", "not the address"),
        ("remote_logs", "/var/log", "neither S3 nor a log group"),
        ("max_run_task_attempts", "0", "not large enough"),
        ("run_task_kwargs", "", None),
        ("run_task_kwargs", "[]", "not a JSON object"),
        ("run_task_kwargs", '{"tags": []}', "a key of its own"),
        ("run_task_kwargs", '{"capacityProviderStrategy": []}', "a key of its own"),
        ("run_task_kwargs", '{"count": 2}', "the executor sets it"),
    ],
)
def test_wrong_values(tmp_path: Path, field: str, value: str, why: str | None) -> None:
    if why is None:
        assert getattr(load_ecs_spec({field: value}, {}, tmp_path), field) == {}
        return
    line = refusal(tmp_path, **{field: value})
    assert line.startswith(f"ecs.{field}")
    assert why in line
    assert "; allowed: " in line


def test_a_launch_type_beside_capacity_providers(tmp_path: Path) -> None:
    assert load_ecs_spec({}, {}, tmp_path).launch_type == "FARGATE"
    assert load_ecs_spec({"capacity_providers": "FARGATE_SPOT"}, {}, tmp_path).launch_type == ""
    line = refusal(tmp_path, capacity_providers="FARGATE_SPOT", launch_type="FARGATE")
    assert "ECS takes one of the two" in line


@pytest.mark.parametrize(
    "value", ["postgresql://airflow:hunter2@db/airflow", "hunter2 hunter2", "arn:hunter2"]
)
def test_a_secret_in_place_of_its_name_is_not_shown(tmp_path: Path, value: str) -> None:
    for line in (refusal(tmp_path, database_secret=value), refusal(tmp_path, secrets=(f"WORD={value}",))):
        assert "hunter2" not in line


@pytest.mark.parametrize(
    "name", ["DB_PASSWORD", "AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
)
def test_a_secret_in_plain_text_is_refused_and_not_shown(tmp_path: Path, name: str) -> None:
    line = refusal(tmp_path, worker_environment=(f"{name}=hunter2",))
    assert f"ecs.worker_environment.{name}" in line
    assert "hunter2" not in line


def test_a_complete_one(tmp_path: Path) -> None:
    write(
        tmp_path,
        f'[ecs]\ndatabase_secret = "{ARN}"\nexecutors = ["{EXECUTOR}"]\nrun_task_kwargs = {{ enableExecuteCommand = true }}\n',
    )
    spec = load_ecs_spec({}, {}, tmp_path)
    assert spec.database_secret == ARN
    assert spec.executors == (EXECUTOR,)
    assert spec.run_task_kwargs == {"enableExecuteCommand": True}
    assert spec == EcsSpec.model_validate(spec.model_dump())


def test_run_task_kwargs_as_an_option(tmp_path: Path) -> None:
    (option,) = (each for each in ecs_options() if each.name == "run_task_kwargs")
    given = option.process_value(
        click.Context(click.Command("x")), '{"propagateTags": "TASK_DEFINITION", "group": "a=b"}'
    )
    assert load_ecs_spec({"run_task_kwargs": given}, {}, tmp_path).run_task_kwargs == {
        "propagateTags": "TASK_DEFINITION",
        "group": "a=b",
    }
