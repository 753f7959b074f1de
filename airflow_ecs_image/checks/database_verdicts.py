"""What each finding about a database means: one line, and the mend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from airflow_ecs_image.checks.model import Verdict

Step = Literal["driver", "address", "login", "schema"]
STEPS: tuple[Step, ...] = ("driver", "address", "login", "schema")

_FORM = "postgresql+psycopg2://USER:PASSWORD@HOST:5432/DATABASE"
_MIGRATE = "docker run --rm --env AIRFLOW__DATABASE__SQL_ALCHEMY_CONN IMAGE airflow db migrate"
_LOCAL = ("localhost", "127.0.0.1", "::1")
_PACKAGES = {"psycopg2": "postgres", "asyncpg": "postgres", "psycopg": "postgres", "MySQLdb": "mysql"}
_REACH = "security group and subnet of the database; from this machine --network NAME for a database in a Docker network"

# Kind of finding to the line and the mend; {names} are what the probe found.
_LINES: Mapping[str, tuple[str, str]] = {
    "not-a-url": (
        "the connection string cannot be read",
        f"{_FORM}; in a password @ is %40, / is %2F, % is %25",
    ),
    "no-dialect": ("SQLAlchemy knows no {dialect}", _FORM),
    "driver-missing": ("the image has no module {module}", "{package} in requirements.txt, then build again"),
    "not-started": (
        "the container did not come to Python: exit code {exit_code}",
        "check IMAGE, without --database",
    ),
    "unexpected": ("{detail}", "correct what the line names"),
    "name-not-resolved": (
        "{host}: the name does not resolve in the container",
        f"correct the host; {_REACH}",
    ),
    "refused": ("{host}:{port}: nothing listens there (connection refused)", "{refused}"),
    "no-answer": ("{host}:{port}: no answer in time", _REACH),
    "not-reached": ("{host}:{port}: {detail}", _REACH),
    "not-let-in": (
        "{user}: the server lets nobody in from here with this user, database and encryption",
        "pg_hba.conf of the server; ?sslmode=require at the end of the connection string",
    ),
    "wrong-password": (
        "{user}: the server knows no such user with this password",
        "correct both; in a connection string a password's @ is %40, / is %2F, % is %25",
    ),
    "database-missing": ("{database}: the server has no such database", "CREATE DATABASE {database}"),
    "tls": ("the encryption fails: {detail}", "?sslmode=… at the end of the connection string"),
    "too-many-connections": (
        "the server has no connection left",
        "more max_connections, or a pooler such as RDS Proxy or PgBouncer",
    ),
    "refused-login": ("the server refuses: {detail}", "correct what it names"),
    "empty": ("the database has no tables of Airflow", _MIGRATE),
    "not-migrated": ("the schema is {whose}, and this image has Airflow {own}: {behind}", _MIGRATE),
    "other-schema": (
        "the schema is not known to Airflow {own} of this image: a newer Airflow made it",
        "an image with the scheduler's Airflow (`airflow version` there), or `airflow db downgrade` by the newer one",
    ),
    "check-too-slow": (
        "`airflow db check-migrations` does not end",
        "locks in the database (pg_stat_activity)",
    ),
}


def verdict(step: Step, found: Mapping[str, Any]) -> Verdict:
    """The verdict on one step that was tried."""
    kind = str(found["kind"])
    if kind in ("ok", "none"):
        return Verdict("passed", _passed(step, found), data=found)
    line, mend = _LINES[kind]
    names = {**found, **_words(found)}
    return Verdict("failed", line.format_map(names), mend=mend.format_map(names), data=found)


def _passed(step: Step, found: Mapping[str, Any]) -> str:
    if step == "driver":
        return f"{found['driver']} for {found['dialect']}"
    if step == "address":
        return f"{found['host']}:{found['port']}" if "host" in found else "none: a file or a socket"
    if step == "login":
        return f"{found['user'] or 'nobody'} in {found['database']}, server {found['server']}"
    return f"Airflow {found['own']} has nothing to migrate"


def _words(found: Mapping[str, Any]) -> dict[str, str]:
    module = str(found.get("module", "")).partition(".")[0]
    behind = found.get("behind")
    refused = (
        "that is the container itself: the host as the container reaches it, and --network NAME"
        if found.get("host") in _LOCAL
        else f"start the server, or correct the port; {_REACH}"
    )
    return {
        "package": f"apache-airflow-providers-{_PACKAGES[module]}" if module in _PACKAGES else module,
        "refused": refused,
        "whose": f"that of Airflow {found['airflow']}" if found.get("airflow") else "another",
        "behind": f"{behind} migrations to run" if isinstance(behind, int) else str(found.get("detail", "")),
    }
