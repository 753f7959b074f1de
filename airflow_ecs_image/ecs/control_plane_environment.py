"""What each component of Airflow is told, so that it starts workers on ECS and finds what they leave: specs in, variables out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from airflow_ecs_image.ecs.executor_options import executor_options, variable
from airflow_ecs_image.ecs.launch import compatibility
from airflow_ecs_image.ecs.place import region_of
from airflow_ecs_image.ecs.remote_logging import remote_logging
from airflow_ecs_image.ecs.worker_environment import (
    DATABASE,
    EXECUTION_API,
    EXECUTOR,
    FERNET_KEY,
    worker_environment,
)
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import EcsSpec, ImageSpec
from airflow_ecs_image.spec.dag_bundle_config import dag_bundle_config
from airflow_ecs_image.spec.rules.bundles import CONFIG_VARIABLE
from airflow_ecs_image.versions import load_versions

JWT_SECRET = "AIRFLOW__API_AUTH__JWT_SECRET"  # noqa: S105 - the name of a variable
REGION = "AWS_DEFAULT_REGION"


class Component(StrEnum):
    """A process of Airflow, or `all`: those of the control plane that one machine runs."""

    ALL = "all"
    SCHEDULER = "scheduler"
    API_SERVER = "api-server"
    WEBSERVER = "webserver"
    DAG_PROCESSOR = "dag-processor"
    TRIGGERER = "triggerer"
    WORKER = "worker"


# The API server makes an executor as well, to ask it for the log of a running task (airflow/utils/log/file_task_handler.py,
# _get_executor_get_task_log), and the ECS executor reads all of its options when it is made.
MAKES_EXECUTOR = (Component.ALL, Component.SCHEDULER, Component.API_SERVER, Component.WEBSERVER)
_LOGS = (*MAKES_EXECUTOR, Component.TRIGGERER)
_SIGNS_TOKENS = (Component.ALL, Component.SCHEDULER, Component.API_SERVER)

SECRETS: Mapping[str, str] = {
    DATABASE: "the connection string of the metadata database",
    FERNET_KEY: "the key that connections and variables are encrypted with, the same everywhere",
    JWT_SECRET: "what tokens are signed with, the same on scheduler and API server, 64 bytes or more",
}
"""The secrets of Airflow that a component can need, and what each is."""

_REASONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Airflow's executors, the default one first: the same list on every component, or a DAG that names one is refused.",
        (EXECUTOR,),
    ),
    ("What the ECS executor sends to RunTask: lists without spaces, True and False.", (variable(""),)),
    ("The API server of Airflow 3, as tasks reach it.", (EXECUTION_API,)),
    (
        "Task logs: written by workers, read by the API server. A container's own disk ends with it.",
        ("AIRFLOW__LOGGING__",),
    ),
    (
        "DAG bundles: a worker finds its DAG by the bundle's name, so that scheduler and image have one list.",
        (CONFIG_VARIABLE,),
    ),
    ("The region of every call to AWS.", (REGION,)),
)
_OTHERS = "Further variables, from worker_environment."


@dataclass(frozen=True)
class Group:
    """Variables that are there for one reason."""

    why: str
    variables: Mapping[str, str]


@dataclass(frozen=True)
class ComponentEnvironment:
    """The variables of one component in groups, and the secrets that it takes from elsewhere, each with what it is."""

    component: Component
    airflow_version: str
    groups: tuple[Group, ...]
    secrets: Mapping[str, str]

    @property
    def variables(self) -> dict[str, str]:
        """All variables in their order."""
        return {name: value for group in self.groups for name, value in group.variables.items()}


def component_environment(image: ImageSpec, ecs: EcsSpec, component: Component) -> ComponentEnvironment:
    """The environment of one component. SpecError when the Airflow has no such component, or a value is missing."""
    major = load_versions().release(image.airflow_version).major
    _refuse_strangers(component, image.airflow_version, major)
    if component is Component.WORKER:
        worker = worker_environment(image, ecs)
        secrets = {name: SECRETS.get(name, "a secret of the task definition") for name in worker.secrets}
        return _grouped(component, image, worker.variables, secrets)
    if component in MAKES_EXECUTOR:
        _refuse_missing_subnets(ecs)
    return _grouped(component, image, variables(image, ecs, component), secrets_of(component, major))


def variables(image: ImageSpec, ecs: EcsSpec, component: Component) -> dict[str, str]:
    """The variables of a component of the control plane. SpecError when no region is known."""
    region = region_of(image, ecs)
    is_airflow_3 = load_versions().release(image.airflow_version).major > 2
    options = executor_options(ecs, region)
    found = {EXECUTOR: ",".join(ecs.executors)}
    if component in MAKES_EXECUTOR:
        found |= {variable(name): value for name, value in options.items()}
    elif component is Component.DAG_PROCESSOR:
        # DAGs that name the container in executor_config ask for it when they are read.
        found[variable("container_name")] = options["container_name"]
    if is_airflow_3 and ecs.execution_api_server_url and component in (Component.ALL, Component.SCHEDULER):
        found[EXECUTION_API] = ecs.execution_api_server_url
    if component in _LOGS:
        found |= remote_logging(ecs)
    if is_airflow_3 and (bundles := dag_bundle_config(image)):
        found[CONFIG_VARIABLE] = bundles
    return {**found, REGION: region}


def secrets_of(component: Component, major: int) -> dict[str, str]:
    """The secrets that a component of the control plane needs, by the line of Airflow."""
    names = [DATABASE, FERNET_KEY]
    if major > 2 and component in _SIGNS_TOKENS:
        names.append(JWT_SECRET)
    return {name: SECRETS[name] for name in names}


def _grouped(
    component: Component, image: ImageSpec, found: Mapping[str, str], secrets: Mapping[str, str]
) -> ComponentEnvironment:
    groups, rest = [], dict(found)
    for why, starts in _REASONS:
        if members := {name: value for name, value in rest.items() if name.startswith(starts)}:
            groups.append(Group(why, members))
            rest = {name: value for name, value in rest.items() if name not in members}
    if rest:
        groups.append(Group(_OTHERS, dict(sorted(rest.items()))))
    return ComponentEnvironment(component, image.airflow_version, tuple(groups), dict(secrets))


def _refuse_strangers(component: Component, version: str, major: int) -> None:
    other = {(2, Component.API_SERVER): Component.WEBSERVER, (3, Component.WEBSERVER): Component.API_SERVER}
    if instead := other.get((major, component)):
        raise SpecError(f"Airflow {version} has no {component}", mend=f"--for {instead}")


def _refuse_missing_subnets(ecs: EcsSpec) -> None:
    if (
        not ecs.subnets
        and compatibility(ecs) == "FARGATE"
        and "networkConfiguration" not in ecs.run_task_kwargs
    ):
        raise SpecError(
            "ecs.subnets: none is set, and no task starts on Fargate without one",
            mend="--subnets subnet-…, or subnets in [ecs] of image.toml, or --stack NAME",
        )
