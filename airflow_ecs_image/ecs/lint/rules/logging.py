"""Task logs outside of the container."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_ecs_image.ecs.control_plane_environment import Component
from airflow_ecs_image.ecs.lint.model import Hit, Inputs, Severity, Side, rule
from airflow_ecs_image.ecs.lint.wording import line_in, name_in, named, quoted

REMOTE = "AIRFLOW__LOGGING__REMOTE_LOGGING"
FOLDER = "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER"
_TRUE = ("t", "true", "1")
_READS = (Component.ALL, Component.API_SERVER, Component.WEBSERVER)


def remote_logging_is_on(side: Side) -> bool:
    """Whether a side's logs go elsewhere, as Airflow reads the boolean."""
    setting = side.settings.get(REMOTE)
    return setting is not None and (setting.value is None or setting.value.strip().lower() in _TRUE)


@rule(
    "ECS441",
    Severity.ADVICE,
    "a worker without remote logging",
    why="its log is on the container's disk and ends with it: `Could not read served logs` in the web interface",
)
def worker_logs(inputs: Inputs) -> Iterator[Hit]:
    """Or with remote logging turned off."""
    for side in inputs.workers():
        setting = side.settings.get(REMOTE)
        if not remote_logging_is_on(side) and not (setting is None and side.has_more):
            position = side.definition.position_of_worker if side.definition else side.position
            yield Hit(
                setting.position if setting else position,
                f"{REMOTE} is {quoted(setting.value or '') if setting else 'not set'}",
                f"{line_in(side.kind, REMOTE, 'True')} and {line_in(side.kind, FOLDER, 's3://BUCKET/PREFIX')}",
            )


@rule(
    "ECS442",
    Severity.ADVICE,
    "an API server without remote logging",
    why="it looks for logs on its own disk and asks a container that is gone: no log in the web interface",
)
def reader_logs(inputs: Inputs) -> Iterator[Hit]:
    """The side that shows logs."""
    for side in inputs.control():
        if side.component in _READS and side.settings and not remote_logging_is_on(side):
            setting = side.settings.get(REMOTE)
            yield Hit(
                setting.position if setting else side.position,
                f"{name_in(side.kind, REMOTE)} is {quoted(setting.value or '') if setting else 'not set'}",
                f"{line_in(side.kind, REMOTE, 'True')} and {line_in(side.kind, FOLDER, 's3://BUCKET/PREFIX')}",
            )


@rule(
    "ECS443",
    Severity.ERROR,
    "remote logging to nowhere",
    why="Airflow says `Remote task logs will not be available` on one line of the log, and the task runs without keeping its own",
)
def no_folder(inputs: Inputs) -> Iterator[Hit]:
    """No folder, or one whose kind the executor package has no handler for."""
    for side in inputs.sides:
        if not remote_logging_is_on(side):
            continue
        folder, remote = side.get(FOLDER), side.settings[REMOTE]
        right = line_in(remote.kind, FOLDER, "s3://BUCKET/PREFIX")
        if folder is None:
            yield Hit(
                remote.position,
                f"{named(remote)} is True, and {name_in(remote.kind, FOLDER)} is not set",
                right,
            )
        elif folder.value is not None and _leads_nowhere(folder.value):
            yield Hit(folder.position, f"{named(folder)} is {quoted(folder.value)}", right)


def _leads_nowhere(folder: str) -> bool:
    """A path, or a log group without its ARN; other schemes have handlers in other packages."""
    return "://" not in folder or (
        folder.startswith("cloudwatch://") and not folder.startswith("cloudwatch://arn:")
    )
