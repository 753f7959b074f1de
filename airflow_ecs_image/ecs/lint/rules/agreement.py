"""What has to be the same in several places."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from airflow_ecs_image.ecs.control_plane_environment import JWT_SECRET, REGION
from airflow_ecs_image.ecs.executor_options import variable
from airflow_ecs_image.ecs.lint.model import Hit, Inputs, Said, Severity, Side, rule
from airflow_ecs_image.ecs.lint.rules.logging import FOLDER, remote_logging_is_on
from airflow_ecs_image.ecs.lint.wording import line_in, name_in, quoted
from airflow_ecs_image.ecs.task_definition import ARCHITECTURES
from airflow_ecs_image.ecs.worker_environment import EXECUTION_API, EXECUTOR, FERNET_KEY
from airflow_ecs_image.spec.rules.bundles import CONFIG_VARIABLE, DEFAULT_NAME

_SECRETS = (JWT_SECRET, FERNET_KEY, "AIRFLOW__WEBSERVER__SECRET_KEY", "AIRFLOW__API__SECRET_KEY")
_IN_ARN = re.compile(r"arn:[^:]+:[^:]*:([a-z0-9-]+):\d{12}:")


def _differences(what: str, facts: Iterable[Said], mend: str) -> Iterator[Hit]:
    first: Said | None = None
    for fact in facts:
        first = first or fact
        if fact.value != first.value:
            yield Hit(
                fact.position,
                f"{what} is {quoted(fact.value)}, and {quoted(first.value)} in {first.position}",
                mend,
            )


def _values(sides: Iterable[Side], *names: str) -> Iterator[Said]:
    for side in sides:
        for name in names:
            setting = side.settings.get(name)
            if setting and setting.value:
                yield Said(setting.value, setting.position)


@rule(
    "ECS701",
    Severity.ERROR,
    "a container that the task definition does not have",
    why="each RunTask fails with `Override for container named … is not a container in the TaskDefinition`",
)
def container(inputs: Inputs) -> Iterator[Hit]:
    """container_name of the scheduler and of image.toml."""
    name = variable("container_name")
    for definition in inputs.definitions():
        names = [str(each.get("name")) for each in definition.containers]
        for side in inputs.control():
            setting = side.settings.get(name)
            if setting and setting.value and setting.value not in names:
                yield Hit(
                    setting.position,
                    f"container_name is {quoted(setting.value)}, and {definition.file} has {', '.join(names) or 'none'}",
                    line_in(setting.kind, name, str(definition.worker.get("name"))),
                )


@rule(
    "ECS702",
    Severity.ERROR,
    "different regions",
    why="ECS does not find cluster or task definition in the other region, and workers look for their bucket in the wrong place",
)
def region(inputs: Inputs) -> Iterator[Hit]:
    """region_name, AWS_DEFAULT_REGION, and what is in ARNs."""
    facts = [*_values(inputs.sides, variable("region_name"), REGION)]
    facts += [
        Said(match[1], said.position)
        for said in _values(inputs.control(), variable("cluster"), variable("task_definition"))
        if (match := _IN_ARN.match(said.value))
    ]
    yield from _differences("the region", facts, "one region everywhere")


@rule(
    "ECS703",
    Severity.ERROR,
    "a worker that does not know all executors of the scheduler",
    why="a DAG that names one of them does not import in the container, which ends with 0, and the task is rescheduled for ever",
)
def executors(inputs: Inputs) -> Iterator[Hit]:
    """The same names, aliases included."""
    wanted = next(_values(inputs.schedulers(), EXECUTOR), None)
    if wanted is None:
        return
    needed = [each.strip() for each in wanted.value.split(",")]
    for side in inputs.sides:
        setting = side.settings.get(EXECUTOR)
        if setting is None or not setting.value:
            continue
        missing = [each for each in needed if each not in [item.strip() for item in setting.value.split(",")]]
        if missing:
            yield Hit(
                setting.position,
                f"{name_in(setting.kind, EXECUTOR)} lacks {', '.join(missing)}, which {wanted.position} has",
                line_in(setting.kind, EXECUTOR, ",".join(needed)),
            )


@rule(
    "ECS704",
    Severity.ERROR,
    "different versions",
    why="a worker of another version may not understand the scheduler: 3.0 fails with 422 against 3.3, and Python must be the same",
)
def versions(inputs: Inputs) -> Iterator[Hit]:
    """Of the image's labels, image.toml, the options, and the heads of generated files."""
    yield from _differences("Airflow", inputs.versions, "build the image with the scheduler's version")
    yield from _differences("Python", inputs.pythons, "build the image with the scheduler's Python")


@rule(
    "ECS705",
    Severity.ERROR,
    "different architectures",
    why="the container ends with `exec format error`, or ECS finds no image for the platform",
)
def architecture(inputs: Inputs) -> Iterator[Hit]:
    """Of the image, image.toml and runtimePlatform, which is X86_64 when it is left out."""
    facts = [
        Said(ARCHITECTURES.get(said.value.split("/")[1], said.value), said.position)
        for said in inputs.platforms
    ]
    for each in inputs.definitions():
        platform = each.content.get("runtimePlatform") or {}
        value = str(platform.get("cpuArchitecture") or "X86_64")
        facts.append(Said(value, each.position("runtimePlatform", "cpuArchitecture")))
    yield from _differences("the architecture", facts, "runtimePlatform as the image is, or an image for it")


@rule(
    "ECS706",
    Severity.ERROR,
    "a DAG bundle that the worker does not know",
    why="the task fails with `Requested bundle '…' is not configured.`, and the container ends with 0",
)
def bundles(inputs: Inputs) -> Iterator[Hit]:
    """The names in dag_bundle_config_list; without one there is dags-folder."""
    control = [side for side in inputs.control() if side.major > 2 and side.settings]
    for worker in inputs.workers():
        if worker.major < 3:
            continue
        known = _bundle_names(worker)
        for side in control:
            wanted = _bundle_names(side)
            both_default = CONFIG_VARIABLE not in worker.settings and CONFIG_VARIABLE not in side.settings
            unseen = CONFIG_VARIABLE not in worker.settings and worker.image is None
            if both_default or unseen or wanted is None or known is None:
                continue
            if missing := sorted(wanted - known):
                setting = worker.settings.get(CONFIG_VARIABLE) or side.settings.get(CONFIG_VARIABLE)
                yield Hit(
                    setting.position if setting else worker.position,
                    f"the worker does not have the bundle {', '.join(missing)} of {side.position}",
                    f"the scheduler's {CONFIG_VARIABLE} for the worker, or --dag-bundle-name {missing[0]} for the image",
                )


@rule(
    "ECS707",
    Severity.ERROR,
    "logs are written to one place and read from another",
    why="no log in the web interface once the container has ended",
)
def logs(inputs: Inputs) -> Iterator[Hit]:
    """remote_base_log_folder, where remote logging is on."""
    sides = [side for side in inputs.sides if remote_logging_is_on(side)]
    facts = [Said(each.value.rstrip("/"), each.position) for each in _values(sides, FOLDER)]
    yield from _differences("remote_base_log_folder", facts, "one folder on all sides")


@rule(
    "ECS708",
    Severity.ADVICE,
    "different addresses of the API server",
    why="a worker that asks another API server gets 403, unless both lead to the same one",
)
def addresses(inputs: Inputs) -> Iterator[Hit]:
    """They may differ where the scheduler reaches the API server on another way."""
    yield from _differences(
        "execution_api_server_url", _values(inputs.sides, EXECUTION_API), "one address that both reach"
    )


@rule(
    "ECS709",
    Severity.ERROR,
    "different clusters",
    why="the API server and a second scheduler look for tasks in a cluster that has none of them",
)
def cluster(inputs: Inputs) -> Iterator[Hit]:
    """By name, also where one side has the ARN."""
    facts = [
        Said(each.value.rpartition("/")[2], each.position)
        for each in _values(inputs.control(), variable("cluster"))
    ]
    yield from _differences("cluster", facts, "one cluster everywhere")


@rule(
    "ECS710",
    Severity.ADVICE,
    "another task definition",
    why="the executor runs another family than the one that was looked at here",
)
def family(inputs: Inputs) -> Iterator[Hit]:
    """The scheduler's task_definition against the family of the file."""
    families = [str(each.content.get("family")) for each in inputs.definitions()]
    for said in _values(inputs.control(), variable("task_definition")):
        name = said.value.rpartition("/")[2].partition(":")[0]
        if families and name not in families:
            yield Hit(
                said.position, f"task_definition is {quoted(name)}, the family is {families[0]}", families[0]
            )


@rule(
    "ECS711",
    Severity.ERROR,
    "a secret that differs",
    why="tokens are refused with `Signature verification failed`, and what one side encrypts the other cannot read",
)
def secrets(inputs: Inputs) -> Iterator[Hit]:
    """Compared where both stand in plain text; never shown."""
    for name in _SECRETS:
        first: Said | None = None
        for said in _values(inputs.sides, name):
            first = first or said
            if said.value != first.value:
                yield Hit(
                    said.position, f"{name} is another one than in {first.position}", "the same on both"
                )


def _bundle_names(side: Side) -> set[str] | None:
    """The names of its bundles, None where they cannot be read."""
    setting = side.settings.get(CONFIG_VARIABLE)
    if setting is None:
        return {DEFAULT_NAME}
    try:
        return {str(each["name"]) for each in json.loads(setting.value or "")}
    except (ValueError, TypeError, KeyError):
        return None
