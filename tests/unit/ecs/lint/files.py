"""Right files of a scheduler and of workers, to be made wrong in one place, and what the rules find in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from airflow_ecs_image.ecs.control_plane_environment import Component
from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.ecs.lint.assembling import Known, assemble
from airflow_ecs_image.ecs.lint.linting import lint
from airflow_ecs_image.ecs.lint.model import Finding
from airflow_ecs_image.ecs.lint.reading import read_document
from airflow_ecs_image.ecs.task_definition import task_definition
from airflow_ecs_image.spec.ecs_model import EXECUTOR
from tests.unit.ecs.deployments import PLACE, ecs_spec, image_facts, image_spec

E = "AIRFLOW__AWS_ECS_EXECUTOR__"
EXECUTORS = f"LocalExecutor,{EXECUTOR}"
URL = "AIRFLOW__CORE__EXECUTION_API_SERVER_URL"
DATABASE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
JWT = "AIRFLOW__API_AUTH__JWT_SECRET"
FERNET = "AIRFLOW__CORE__FERNET_KEY"
REMOTE = "AIRFLOW__LOGGING__REMOTE_LOGGING"
FOLDER = "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER"
BUNDLES = "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"
FIRST = "the first line"
"""For `at`: where a JSON document begins."""
LONG = "0123456789abcdef" * 4

SCHEDULER: Mapping[str, str] = {
    "AIRFLOW__CORE__EXECUTOR": EXECUTORS,
    f"{E}REGION_NAME": "eu-central-1",
    f"{E}CLUSTER": "airflow-ecs",
    f"{E}CONTAINER_NAME": "airflow",
    f"{E}TASK_DEFINITION": "airflow-ecs:3",
    f"{E}LAUNCH_TYPE": "FARGATE",
    f"{E}SUBNETS": "subnet-0a,subnet-0b",
    f"{E}SECURITY_GROUPS": "sg-0a",
    f"{E}ASSIGN_PUBLIC_IP": "False",
    REMOTE: "True",
    FOLDER: "s3://my-logs/airflow",
    JWT: LONG,
}
WORKER: Mapping[str, str] = {
    "AIRFLOW__CORE__EXECUTOR": EXECUTORS,
    "AWS_DEFAULT_REGION": "eu-central-1",
    URL: "https://airflow.example.com/execution/",
    REMOTE: "True",
    FOLDER: "s3://my-logs/airflow",
}
WORKER_2: Mapping[str, str] = {
    **{name: value for name, value in WORKER.items() if name != URL},
    DATABASE: "postgresql://airflow@db/airflow",
    FERNET: "key",
}


def env(right: Mapping[str, str], **changes: str | None) -> str:
    """An env file; None takes a variable out, and a name without __ is an option of the executor."""
    names = {
        name if "__" in name or name.startswith("AWS") else f"{E}{name}": v for name, v in changes.items()
    }
    values = {**right, **names}
    return "".join(f"{name}={value}\n" for name, value in values.items() if value is not None)


def scheduler(**changes: str | None) -> dict[str, str]:
    return {"scheduler.env": env(SCHEDULER, **changes)}


def kwargs(content: object, **changes: str | None) -> dict[str, str]:
    text = content if isinstance(content, str) else json.dumps(content)
    return scheduler(RUN_TASK_KWARGS=text, **changes)


def worker(**changes: str | None) -> dict[str, str]:
    return {"worker.env": env(WORKER, **changes)}


def definition(
    change: Callable[[dict[str, Any], dict[str, Any]], object] | None = None, **ecs: Any
) -> dict[str, str]:
    """A task definition of Airflow 3; `change` gets it and its first container."""
    spec = ecs_spec(**{"remote_logs": "s3://my-logs/airflow", **ecs})
    content = task_definition(image_spec(), spec, image_facts(), PLACE)
    if change is not None:
        change(content, content["containerDefinitions"][0])
    return {"task-definition.json": json.dumps(content, indent=2)}


@dataclass(frozen=True)
class Case:
    """Files with one trap: its code, and words of the line that it stands on, "" for the whole file."""

    code: str
    files: Mapping[str, str]
    at: str = ""
    image: ImageFacts | None = None
    airflow: str | None = None
    also: frozenset[str] = field(default=frozenset())


def findings(
    folder: Path,
    files: Mapping[str, str],
    *,
    image: ImageFacts | None = None,
    airflow: str | None = None,
    component: Component | None = None,
) -> list[Finding]:
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    documents = [read_document(name, folder, component) for name in files]
    return lint(assemble(documents, Known(airflow or "3.3.2", image)))


def judge(case: Case, folder: Path) -> None:
    """Exactly the case's trap is found, on its line."""
    found = findings(folder, case.files, image=case.image, airflow=case.airflow)
    assert {each.code for each in found} == {case.code, *case.also}
    places = {(each.position.file, each.position.line) for each in found if each.code == case.code}
    assert places <= {
        (name, number)
        for name, text in case.files.items()
        for number, line in enumerate(["", *text.splitlines()])
        if (case.at in line if case.at else number == 0) or (case.at == FIRST and number == 1)
    }
