"""`check --database`: can Airflow in this image use the database of a connection string?"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from airflow_ecs_image.checks.database_verdicts import STEPS, Step, verdict
from airflow_ecs_image.checks.model import CheckResult, Verdict
from airflow_ecs_image.checks.probe_script import probe_script
from airflow_ecs_image.checks.report import Report
from airflow_ecs_image.checks.running import show
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import containers, images
from airflow_ecs_image.engine.client import Engine
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec.label_names import AIRFLOW_VERSION

VARIABLE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"

_CONNECT_SECONDS = 10
_COMMAND_SECONDS = 120
_CONTAINER_SECONDS = 300
_NOT_REACHED = Verdict("skipped", "not tried, because of the line above")


def check_database(image: str, connection: str, *, network: str | None, console: Console) -> Report:
    """Try the connection string in a container of the image and show one line for each step.

    `connection` reaches the container by its environment, so that no process list shows it, and its password is in no
    result. `network` is the Docker network from which the container looks. The record that `push` reads stays as it is.
    Raises ImageNotFound, EngineUnavailable, and SpecError for a network that does not exist.
    """
    began = time.monotonic()
    with console.step(f"Check the database from {image}"):
        details = images.inspect(image)
        found = _ask(details, connection, network)
    version = details.labels.get(AIRFLOW_VERSION, "")
    if version.partition(".")[0].isdigit() and int(version.partition(".")[0]) > 2:
        console.note(
            "a worker of Airflow 3 uses no database, and needs no connection string: scheduler and API server do"
        )
    hidden = _passwords(connection)
    results = tuple(_result(step, found, hidden, image) for step in STEPS)
    report = Report(
        image,
        details.id,
        details.platform,
        details.architecture != Engine().architecture(),
        results,
        time.monotonic() - began,
    )
    show(report, console)
    return report


def _ask(details: images.ImageDetails, connection: str, network: str | None) -> Mapping[str, Any]:
    """What the probe says for each step that it came to."""
    script = probe_script({"database": {"seconds": _CONNECT_SECONDS, "command_seconds": _COMMAND_SECONDS}})
    completed = containers.run(
        details.id,
        ["python", "-"],
        stdin=script.text,
        timeout=_CONTAINER_SECONDS,
        platform=details.platform,
        network=network,
        # The entrypoint neither fetches DAGs nor waits for the database itself.
        environment={VARIABLE: connection, "S3_URI": "", "CONNECTION_CHECK_MAX_COUNT": "0"},
    )
    answer = script.answer(completed.stdout)
    if answer is None and network is not None and f"network {network} not found" in completed.stderr:
        raise SpecError(
            f"network: '{network}' — this engine has no such network", mend="`docker network ls` lists them"
        )
    if answer is None:
        return {"driver": {"kind": "not-started", "exit_code": completed.exit_code}}
    raw = answer.sections["database"]
    steps: Mapping[str, Any] = raw.get("found") or {"driver": {"kind": "unexpected", "detail": raw["error"]}}
    return steps


def _result(step: Step, found: Mapping[str, Any], hidden: tuple[str, ...], image: str) -> CheckResult:
    data = found.get(step)
    judged = _NOT_REACHED if data is None else verdict(step, data)
    plain = {name: _without(value, hidden) for name, value in (data or {}).items()}
    return CheckResult(
        name=f"database_{step}",
        title=f"Database {step}",
        status=judged.status,
        detail=str(_without(judged.detail, hidden)),
        mend=judged.mend and judged.mend.replace("IMAGE", image),
        seconds=judged.seconds,
        data=plain,
    )


def _passwords(connection: str) -> tuple[str, ...]:
    """The password as it is written, and as it is."""
    try:
        written = urlsplit(connection).password
    except ValueError:
        return (connection,)
    return tuple({written, unquote(written)} - {""}) if written else ()


def _without(value: object, hidden: tuple[str, ...]) -> object:
    if isinstance(value, str):
        for each in hidden:
            value = value.replace(each, "***")
    return value
