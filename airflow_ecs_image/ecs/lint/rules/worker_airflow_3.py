"""A worker of Airflow 3 speaks to the API server and to nothing else of Airflow."""

from __future__ import annotations

import re
from collections.abc import Iterator

from airflow_ecs_image.ecs.control_plane_environment import JWT_SECRET
from airflow_ecs_image.ecs.lint.model import Hit, Inputs, Setting, Severity, Side, rule
from airflow_ecs_image.ecs.lint.wording import line_in, named, shown, without
from airflow_ecs_image.ecs.worker_environment import DATABASE, EXECUTION_API

_EXAMPLE = "https://airflow.example.com/execution/"
_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:[^/@]*@)?(?P<host>\[[^\]]*\]|[^/:]*)(?::\d+)?(?P<path>/.*)?"
)
_HERE = ("localhost", "127.0.0.1", "[::1]", "0.0.0.0", "")  # noqa: S104 - named to be refused


def _workers(inputs: Inputs) -> Iterator[Side]:
    return (side for side in inputs.workers() if side.major > 2)


def _urls(inputs: Inputs) -> Iterator[tuple[Setting, re.Match[str] | None]]:
    for side in _workers(inputs):
        setting = side.settings.get(EXECUTION_API)
        if setting and setting.value is not None:
            yield setting, _URL.fullmatch(setting.value.strip())


@rule(
    "ECS411",
    Severity.ERROR,
    "a worker of Airflow 3 without the address of the API server",
    why="it asks http://localhost:8080/execution/, finds `Connection refused` and ends with 1 after 10 to 20 s, three times over",
)
def no_url(inputs: Inputs) -> Iterator[Hit]:
    """The executor package's own documentation never mentions it."""
    for side in _workers(inputs):
        if side.get(EXECUTION_API) is None and not side.has_more:
            position = side.definition.position_of_worker if side.definition else side.position
            yield Hit(position, f"{EXECUTION_API} is not set", line_in(side.kind, EXECUTION_API, _EXAMPLE))


@rule(
    "ECS412",
    Severity.ERROR,
    "an address of the API server that no container reaches",
    why="in a container localhost is the container itself: the worker ends with 1 after 10 to 20 s, `Connection refused` in its log",
)
def url_here(inputs: Inputs) -> Iterator[Hit]:
    """localhost, 127.0.0.1, or what is no http address."""
    for setting, match in _urls(inputs):
        if match is None or match["scheme"] not in ("http", "https") or match["host"].lower() in _HERE:
            yield Hit(
                setting.position,
                f"{named(setting)} is {shown(setting)}",
                line_in(setting.kind, EXECUTION_API, _EXAMPLE),
            )


@rule(
    "ECS413",
    Severity.ERROR,
    "an address of the API server that does not end in /execution/",
    why="the API server answers 404 or with a web page, and the worker ends with 1",
)
def url_path(inputs: Inputs) -> Iterator[Hit]:
    """The slash at the end counts."""
    for setting, match in _urls(inputs):
        if match and not (match["path"] or "").endswith("/execution/"):
            value = setting.value or ""
            right = f"{value.strip().rstrip('/').removesuffix('/execution')}/execution/"
            yield Hit(
                setting.position,
                f"{named(setting)} is {shown(setting)}",
                line_in(setting.kind, EXECUTION_API, right),
            )


@rule(
    "ECS414",
    Severity.ERROR,
    "the database's connection string in a worker of Airflow 3",
    why="it is a secret that the worker does not use; Airflow loads its driver all the same, and ends with `No module named "
    "'psycopg2'` where the image has none",
)
def database(inputs: Inputs) -> Iterator[Hit]:
    """The executor package's own documentation asks for it."""
    for side in _workers(inputs):
        for name in (DATABASE, f"{DATABASE}_CMD", f"{DATABASE}_SECRET"):
            if setting := side.settings.get(name):
                yield Hit(setting.position, f"{named(setting)} is set", without(setting))


@rule(
    "ECS415",
    Severity.ERROR,
    "the secret that signs tokens in a worker",
    why="a worker gets its token from the scheduler; whoever reads this secret can make tokens for every task",
)
def jwt_secret(inputs: Inputs) -> Iterator[Hit]:
    """Of scheduler and API server alone."""
    for side in _workers(inputs):
        if setting := side.get(JWT_SECRET):
            yield Hit(setting.position, f"{named(setting)} is set", without(setting))
