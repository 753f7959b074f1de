"""A worker of Airflow 2 speaks to the database by itself."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_ecs_image.ecs.lint.model import Hit, Inputs, Kind, Severity, Side, rule
from airflow_ecs_image.ecs.lint.wording import line_in, named, without
from airflow_ecs_image.ecs.worker_environment import DATABASE, EXECUTION_API, FERNET_KEY

_KEYS = {DATABASE: "database_secret", FERNET_KEY: "fernet_key_secret"}


def _workers(inputs: Inputs) -> Iterator[Side]:
    return (side for side in inputs.workers() if side.major < 3)


def _line(side: Side, name: str) -> str:
    if side.kind is Kind.TASK_DEFINITION:
        return f'{{"name": "{name}", "valueFrom": "ARN of the secret"}} in secrets'
    if side.kind is Kind.SPEC:
        return f"{_KEYS[name]} in [ecs] of image.toml"
    return f"{line_in(side.kind, name, 'the value that the scheduler has')}, from where secrets are kept"


def _missing(side: Side, name: str) -> Iterator[Hit]:
    if side.get(name) is None and not side.has_more:
        position = side.definition.position_of_worker if side.definition else side.position
        yield Hit(position, f"{name} is not set", _line(side, name))


@rule(
    "ECS421",
    Severity.ERROR,
    "a worker of Airflow 2 without the database's connection string",
    why="it makes an empty SQLite database of its own, finds no task in it and ends with 1; the task stays queued",
)
def no_database(inputs: Inputs) -> Iterator[Hit]:
    """By a secret of the task definition."""
    for side in _workers(inputs):
        yield from _missing(side, DATABASE)


@rule(
    "ECS422",
    Severity.ADVICE,
    "a worker of Airflow 2 without the Fernet key",
    why="connections and variables that were encrypted cannot be read: `InvalidToken` in the task's log",
)
def no_fernet_key(inputs: Inputs) -> Iterator[Hit]:
    """The scheduler's, by a secret of the task definition."""
    for side in _workers(inputs):
        yield from _missing(side, FERNET_KEY)


@rule(
    "ECS423",
    Severity.ADVICE,
    "the execution API in a worker of Airflow 2",
    why="Airflow 2 has none and takes no notice: the file, or the image, is for the other line",
)
def execution_api(inputs: Inputs) -> Iterator[Hit]:
    """A sign of a mix-up."""
    for side in _workers(inputs):
        if setting := side.get(EXECUTION_API):
            yield Hit(setting.position, f"{named(setting)} is set", without(setting))
