"""What a worker's container is told, whatever its line of Airflow."""

from __future__ import annotations

import json
from collections.abc import Iterator

from airflow_ecs_image.ecs.control_plane_environment import REGION
from airflow_ecs_image.ecs.lint.model import OPTION, Hit, Inputs, Severity, rule
from airflow_ecs_image.ecs.lint.wording import line_in, named, quoted, without
from airflow_ecs_image.ecs.worker_environment import EXECUTOR
from airflow_ecs_image.spec.ecs_model import EXECUTOR as ECS_EXECUTOR
from airflow_ecs_image.spec.label_names import OWN

_CONNECTION_CHECKS = "CONNECTION_CHECK_MAX_COUNT"
# Official image, entrypoint_prod.sh: since 3.2.1 only control-plane commands wait for the database (apache/airflow#63413).
_CHECKS_NO_DATABASE = (3, 2, 1)


def _has_ecs(executors: str) -> bool:
    return any(each.strip().endswith("AwsEcsExecutor") for each in executors.split(","))


@rule(
    "ECS401",
    Severity.ERROR,
    "a worker whose executor list lacks the ECS executor",
    why="a DAG that names it does not import in the container (UnknownExecutorException), the container ends with 0, and the task is "
    "rescheduled as if nothing were wrong",
)
def worker_without_ecs_executor(inputs: Inputs) -> Iterator[Hit]:
    """In the container's variables, or those of its image."""
    for side in inputs.workers():
        setting = side.settings.get(EXECUTOR)
        if setting and setting.value is not None and not _has_ecs(setting.value):
            yield Hit(
                setting.position,
                f"{EXECUTOR} is {quoted(setting.value)}",
                line_in(setting.kind, EXECUTOR, f"LocalExecutor,{ECS_EXECUTOR}"),
            )
        elif setting is None and side.image is not None:
            yield Hit(
                side.position,
                f"neither it nor {side.image.reference} sets {EXECUTOR}",
                line_in(side.kind, EXECUTOR, f"LocalExecutor,{ECS_EXECUTOR}"),
            )


@rule(
    "ECS402",
    Severity.ERROR,
    "a region that is empty",
    why="boto3 builds an address without it: `Invalid endpoint: https://s3..amazonaws.com`, also where ECS would have set the region",
)
def empty_region(inputs: Inputs) -> Iterator[Hit]:
    """On every side."""
    for side in inputs.sides:
        for name in (REGION, "AWS_REGION"):
            setting = side.settings.get(name)
            if setting and setting.value is not None and not setting.value.strip():
                yield Hit(setting.position, f"{name} is empty", f"{without(setting)}, or give it a region")


@rule(
    "ECS403",
    Severity.ADVICE,
    "a base that waits for a database",
    why="the official entrypoint before 3.2.1 runs `airflow db check` before every command, up to 20 times: about 5 s of each start, "
    "and a minute where the database is out of reach",
)
def connection_check(inputs: Inputs) -> Iterator[Hit]:
    """Needs the image to be known; one that was built here sets it."""
    for side in inputs.workers():
        version = side.image.airflow_version if side.image else None
        if side.image is None or version is None or f"{OWN}.version" in side.image.labels:
            continue
        release = tuple(int(part) for part in version.split(".") if part.isdecimal())
        if release < _CHECKS_NO_DATABASE and _CONNECTION_CHECKS not in side.settings:
            yield Hit(
                side.position,
                f"{_CONNECTION_CHECKS} is not set, and {side.image.reference} holds Airflow {version}",
                line_in(side.kind, _CONNECTION_CHECKS, "0"),
            )


@rule(
    "ECS404",
    Severity.ADVICE,
    "the executor's own options in a worker",
    why="the scheduler reads them, a worker does not start tasks: what is set here changes nothing",
)
def useless_options(inputs: Inputs) -> Iterator[Hit]:
    """But container_name, which DAGs with an executor_config may ask for when they are read."""
    for side in inputs.workers():
        for setting in side.settings.values():
            if setting.name.startswith(OPTION) and setting.option != "container_name":
                yield Hit(
                    setting.position,
                    f"{named(setting)} is set for the worker",
                    f"{without(setting)}: it is the scheduler's",
                )


@rule(
    "ECS405",
    Severity.ERROR,
    "a user outside of group 0",
    why="nothing in the image is writable to it: the entrypoint ends with `cannot write`, the official one with exit code 1",
)
def user(inputs: Inputs) -> Iterator[Hit]:
    """`user` of the container definition as UID:GID."""
    for definition in inputs.definitions():
        given = str(definition.worker.get("user") or "")
        uid, colon, gid = given.partition(":")
        if colon and gid not in ("0", "root"):
            yield Hit(
                definition.of_worker("user"), f"user is {quoted(given)}", json.dumps({"user": f"{uid}:0"})
            )
