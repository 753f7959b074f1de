"""The types of the spec's fields: each is text, a list or a map that passed its rule."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationInfo

from airflow_ecs_image.spec.levers import switched
from airflow_ecs_image.spec.rules import (
    budgets,
    credentials,
    debian,
    environment,
    labels,
    platforms,
    reference,
    releases,
    s3,
)
from airflow_ecs_image.spec.rules.container_path import container_dag_path
from airflow_ecs_image.spec.rules.platforms import Platform
from airflow_ecs_image.spec.rules.region import region
from airflow_ecs_image.spec.rules.working_directory import existing_file, inside


def items(value: object) -> object:
    """A list as it is, text as the list that its commas make of it."""
    return tuple(item.strip(" ") for item in value.split(",")) if isinstance(value, str) else value


def _platforms(value: object) -> object:
    listed = items(value)
    if isinstance(listed, list | tuple) and all(isinstance(item, str) for item in listed):
        return platforms.platforms(tuple(listed))
    return listed


def _working_directory(info: ValidationInfo) -> Path | None:
    return info.context["directory"] if info.context else None


def _inside(value: str, info: ValidationInfo) -> str:
    return inside(value, _working_directory(info))


def _existing_file(value: str, info: ValidationInfo) -> str:
    return existing_file(value, _working_directory(info))


BaseImage = Annotated[str, AfterValidator(reference.base)]
AirflowVersion = Annotated[str, AfterValidator(releases.airflow_version)]
Platforms = Annotated[tuple[Platform, ...], BeforeValidator(_platforms)]
S3Location = Annotated[str, AfterValidator(s3.s3_uri)]
PathInside = Annotated[str, AfterValidator(_inside)]
ContainerDagPath = Annotated[str, AfterValidator(container_dag_path)]
File = Annotated[str, AfterValidator(_existing_file)]
FileInside = Annotated[PathInside, AfterValidator(_existing_file)]
SystemPackages = Annotated[tuple[str, ...], BeforeValidator(items), AfterValidator(debian.system_packages)]
DebianMirror = Annotated[str, AfterValidator(debian.debian_mirror)]
Region = Annotated[str, AfterValidator(region)]
Credential = Annotated[SecretStr, AfterValidator(credentials.secret)]
Tag = Annotated[str, AfterValidator(reference.tag)]
ImageReference = Annotated[str, AfterValidator(reference.reference)]
Environment = Annotated[dict[str, str], AfterValidator(environment.environment)]
SizeBudget = Annotated[str, AfterValidator(budgets.size_budget)]
StartBudget = Annotated[str, AfterValidator(budgets.start_budget)]
Levers = Annotated[dict[str, bool], BeforeValidator(switched)]
Labels = Annotated[dict[str, str], AfterValidator(labels.labels)]
