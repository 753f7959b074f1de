"""The configuration of each component, in each form, as programs read it."""

from __future__ import annotations

import configparser
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_ecs_image.ecs.control_plane_environment import JWT_SECRET, Component, component_environment
from airflow_ecs_image.ecs.environment_formats import as_cfg, as_env, as_json, as_shell, cfg_line, env_line
from airflow_ecs_image.ecs.executor_options import OPTIONS, variable
from airflow_ecs_image.ecs.worker_environment import DATABASE, EXECUTION_API, EXECUTOR, FERNET_KEY
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec.dag_bundle_config import dag_bundle_config
from airflow_ecs_image.spec.rules.bundles import CONFIG_VARIABLE

from .deployments import API, ecs_spec, image_spec

LOGS = "AIRFLOW__LOGGING__REMOTE_LOGGING"
NETWORK: dict[str, Any] = {"subnets": ("subnet-0a", "subnet-0b"), "security_groups": ("sg-0a", "sg-0b")}
VALUE = st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs", "Cc"]))


def environment(component: str = "all", airflow: int = 3, **ecs: Any) -> dict[str, str]:
    return component_environment(
        image_spec(airflow), ecs_spec(**{**NETWORK, **ecs}), Component(component)
    ).variables


@pytest.mark.parametrize("airflow", [2, 3])
def test_every_option_of_the_executor_can_be_set(airflow: int) -> None:
    seen = {
        **environment(airflow=airflow, tags={"team": "data"}),
        **environment(airflow=airflow, conn_id="aws", platform_version="1.4.0"),
    }
    reached = {name for name in OPTIONS if variable(name) in seen}
    # The executor does not parse this one: see ECS101.
    assert reached == set(OPTIONS) - {"capacity_provider_strategy"}


def test_lists_booleans_and_strategies_are_spelt_as_the_executor_wants() -> None:
    found = environment(assign_public_ip=True, capacity_providers=("FARGATE_SPOT:4", "FARGATE:1:1"))
    assert found[variable("subnets")] == "subnet-0a,subnet-0b"
    assert found[variable("assign_public_ip")] == "True"
    assert found[variable("check_health_on_startup")] == "True"
    assert variable("launch_type") not in found
    assert variable("platform_version") not in found
    assert json.loads(found[variable("run_task_kwargs")]) == {
        "capacity_provider_strategy": [
            {"capacityProvider": "FARGATE_SPOT", "weight": 4},
            {"capacityProvider": "FARGATE", "weight": 1, "base": 1},
        ]
    }


COMPONENTS_3 = ("all", "scheduler", "api-server", "dag-processor", "triggerer", "worker")
WHO_KNOWS = {
    EXECUTOR: set(COMPONENTS_3),
    "AWS_DEFAULT_REGION": set(COMPONENTS_3),
    variable("cluster"): {"all", "scheduler", "api-server"},
    variable("container_name"): {"all", "scheduler", "api-server", "dag-processor"},
    EXECUTION_API: {"all", "scheduler", "worker"},
    LOGS: {"all", "scheduler", "api-server", "triggerer", "worker"},
    CONFIG_VARIABLE: {"all", "scheduler", "api-server", "dag-processor", "triggerer"},
}
WHO_NEEDS = {
    DATABASE: set(COMPONENTS_3) - {"worker"},
    FERNET_KEY: set(COMPONENTS_3) - {"worker"},
    JWT_SECRET: {"all", "scheduler", "api-server"},
}


def test_each_component_of_airflow_3_knows_what_it_needs() -> None:
    image = image_spec(dag_bundle="s3://dags/team")
    ecs = ecs_spec(**NETWORK, remote_logs="s3://logs")
    made = {name: component_environment(image, ecs, Component(name)) for name in COMPONENTS_3}
    for name, components in WHO_KNOWS.items():
        assert {each for each, known in made.items() if name in known.variables} == components, name
    for name, components in WHO_NEEDS.items():
        assert {each for each, known in made.items() if name in known.secrets} == components, name
    assert made["all"].variables[CONFIG_VARIABLE] == dag_bundle_config(image)


def test_airflow_2_has_no_execution_api_and_its_workers_have_the_database() -> None:
    image, ecs = image_spec(2), ecs_spec(**NETWORK)
    for name in ("all", "scheduler", "webserver", "triggerer", "worker"):
        made = component_environment(image, ecs, Component(name))
        assert not {EXECUTION_API, JWT_SECRET, CONFIG_VARIABLE} & {*made.variables, *made.secrets}
        assert {DATABASE, FERNET_KEY} <= made.secrets.keys()


@pytest.mark.parametrize(
    ("airflow", "component", "mend"), [(2, "api-server", "webserver"), (3, "webserver", "api-server")]
)
def test_a_component_that_the_airflow_does_not_have_is_refused(
    airflow: int, component: str, mend: str
) -> None:
    with pytest.raises(SpecError) as refused:
        component_environment(image_spec(airflow), ecs_spec(**NETWORK), Component(component))
    assert refused.value.mend == f"--for {mend}"


def test_no_task_starts_on_fargate_without_subnets() -> None:
    with pytest.raises(SpecError, match="subnets"):
        component_environment(image_spec(), ecs_spec(), Component.SCHEDULER)
    assert component_environment(image_spec(), ecs_spec(), Component.DAG_PROCESSOR).variables
    assert component_environment(image_spec(), ecs_spec(launch_type="EC2"), Component.SCHEDULER).variables


def test_the_worker_is_told_what_its_task_definition_says() -> None:
    found = environment("worker", worker_environment={"B": "2", "A": "1"})
    assert (found[EXECUTION_API], found["A"]) == (API, "1")
    assert list(found)[-2:] == ["A", "B"]


def full() -> Any:
    ecs = ecs_spec(
        **NETWORK,
        remote_logs="s3://logs/a%20b",
        tags={"team": "it's $HOME & 100% `true`", "name": 'a"b'},
    )
    return component_environment(image_spec(dag_bundle="s3://dags/team"), ecs, Component.ALL)


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_a_shell_reads_back_every_value(tmp_path: Path, shell: str) -> None:
    made = full()
    (tmp_path / "config.sh").write_text(as_shell(made), encoding="utf-8")
    secrets = dict.fromkeys(made.secrets, "x")
    done = subprocess.run(
        [shell, "-euc", ". ./config.sh; env -0"],
        cwd=tmp_path,
        env=secrets,
        capture_output=True,
        check=True,
        text=True,
    )
    seen = dict(line.partition("=")[::2] for line in done.stdout.split("\0") if line)
    assert seen.items() >= made.variables.items()


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("missing", [DATABASE, FERNET_KEY, JWT_SECRET])
def test_a_shell_stops_where_a_secret_is_missing(tmp_path: Path, shell: str, missing: str) -> None:
    made = full()
    (tmp_path / "config.sh").write_text(as_shell(made), encoding="utf-8")
    given = {name: "x" for name in made.secrets if name != missing}
    done = subprocess.run(
        [shell, "-c", ". ./config.sh; echo went on"],
        cwd=tmp_path,
        env=given,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode != 0
    assert done.stdout == ""
    assert f"{missing}: is not set: " in done.stderr


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_a_secret_that_was_not_exported_is_exported(tmp_path: Path, shell: str) -> None:
    made = full()
    (tmp_path / "config.sh").write_text(as_shell(made), encoding="utf-8")
    assignments = "".join(f"{name}=x; " for name in made.secrets)
    done = subprocess.run(
        [shell, "-c", f"{assignments}. ./config.sh; env"],
        cwd=tmp_path,
        env={},
        capture_output=True,
        check=True,
        text=True,
    )
    assert {f"{name}=x" for name in made.secrets} <= set(done.stdout.splitlines())


def test_configparser_reads_back_every_value() -> None:
    made = full()
    parser = configparser.ConfigParser()
    parser.read_string(as_cfg(made))
    seen = {
        variable(name, section): parser[section][name]
        for section in parser.sections()
        for name in parser[section]
    }
    assert seen == {name: value for name, value in made.variables.items() if name.startswith("AIRFLOW__")}
    assert "# AWS_DEFAULT_REGION=eu-central-1" in as_cfg(made).splitlines()


@given(value=VALUE)
def test_airflow_cfg_holds_every_value_or_refuses_it(value: str) -> None:
    try:
        line = cfg_line("option", value)
    except SpecError:
        assert value != value.strip()
        return
    parser = configparser.ConfigParser()
    parser.read_string(f"[s]\n{line}\n")
    assert parser["s"]["option"] == value


def test_an_env_file_has_what_docker_and_systemd_read_alike() -> None:
    made = component_environment(image_spec(), ecs_spec(**NETWORK, tags={"team": "data"}), Component.ALL)
    lines = [line for line in as_env(made).splitlines() if line and not line.startswith("#")]
    assert dict(line.partition("=")[::2] for line in lines) == made.variables


@pytest.mark.parametrize("value", ["a\nb", " a", "a ", "a\\b", "'a'", '"a', "a\r"])
def test_what_the_two_read_differently_is_refused(value: str) -> None:
    with pytest.raises(SpecError) as refused:
        env_line("NAME", value)
    assert refused.value.message.startswith("NAME: an env file cannot hold it: ")
    assert "--format shell" in str(refused.value.mend)


def test_a_tag_with_a_quote_goes_into_the_other_forms() -> None:
    with pytest.raises(SpecError, match="RUN_TASK_KWARGS: an env file cannot hold it: systemd"):
        as_env(full())


def test_json_holds_the_same() -> None:
    made = full()
    found = json.loads(as_json(made))
    assert (found["component"], found["airflow_version"]) == ("all", "3.3.2")
    assert (found["variables"], found["secrets"]) == (made.variables, made.secrets)


@pytest.mark.parametrize("form", [as_shell, as_cfg, as_json])
def test_the_same_bytes_each_time_and_no_empty_lines_too_many(form: Any) -> None:
    text = form(full())
    assert text == form(full())
    assert "\n\n\n" not in text
    assert text.endswith("\n")
    assert not any(line != line.rstrip() for line in text.splitlines())
