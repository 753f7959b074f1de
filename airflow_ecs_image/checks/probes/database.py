"""Can Airflow here use the database that AIRFLOW__DATABASE__SQL_ALCHEMY_CONN names: driver, address, login, schema?"""

import importlib
import os
import re
import socket
import subprocess
from typing import Any

VARIABLE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
VERSIONS = {
    "postgresql": "SHOW server_version",
    "mysql": "SELECT version()",
    "sqlite": "SELECT sqlite_version()",
}
PORTS = {"postgresql": 5432, "mysql": 3306}


def probe(arguments: dict[str, Any]) -> dict[str, Any]:
    """`arguments`: `seconds` for each connection, `command_seconds` for `airflow db check-migrations`.

    Each step of the answer is a dict with `kind`, which is "ok" or a word for what is wrong; the first that is not ok is
    the last. No step holds the password.
    """
    steps: dict[str, Any] = {}
    for name, step in (("driver", driver), ("address", address), ("login", login), ("schema", schema)):
        try:
            steps[name] = step(arguments)
        except Exception as error:
            steps[name] = {"kind": "unexpected", "detail": type(error).__name__ + ": " + words(error)}
        if steps[name]["kind"] not in ("ok", "none"):
            break
    return steps


def url() -> Any:
    """The connection string as SQLAlchemy understands it."""
    return importlib.import_module("sqlalchemy.engine").make_url(os.environ[VARIABLE])


def driver(arguments: dict[str, Any]) -> dict[str, Any]:
    """Import the driver as SQLAlchemy does, then what Airflow imports with a connection string (on Airflow 3 also an
    asynchronous driver)."""
    exc = importlib.import_module("sqlalchemy.exc")
    try:
        parsed = url()
        dialect = parsed.get_dialect()
    except exc.NoSuchModuleError:
        return {"kind": "no-dialect", "dialect": parsed.drivername}
    except exc.ArgumentError:
        return {"kind": "not-a-url"}
    found = {"dialect": parsed.get_backend_name(), "driver": dialect.driver}
    try:
        (dialect.import_dbapi if hasattr(dialect, "import_dbapi") else dialect.dbapi)()
        importlib.import_module("airflow.settings")
    except ImportError as error:
        return {**found, "kind": "driver-missing", "module": error.name or words(error)}
    return {**found, "kind": "ok"}


def address(arguments: dict[str, Any]) -> dict[str, Any]:
    """Resolve the name and open a connection, as the container reaches them."""
    parsed = url()
    if not parsed.host or parsed.host.startswith("/"):
        return {"kind": "none"}
    port = parsed.port or PORTS.get(parsed.get_backend_name(), 0)
    found = {"host": parsed.host, "port": port}
    try:
        addresses = socket.getaddrinfo(parsed.host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        return {**found, "kind": "name-not-resolved"}
    try:
        socket.create_connection((parsed.host, port), timeout=arguments["seconds"]).close()
    except ConnectionRefusedError:
        return {**found, "kind": "refused", "address": addresses[0][4][0]}
    except socket.timeout:
        return {**found, "kind": "no-answer", "address": addresses[0][4][0]}
    except OSError as error:
        return {**found, "kind": "not-reached", "detail": error.strerror or words(error)}
    return {**found, "kind": "ok", "address": addresses[0][4][0]}


def login(arguments: dict[str, Any]) -> dict[str, Any]:
    """Log in and let the server say its version."""
    sqlalchemy = importlib.import_module("sqlalchemy")
    parsed = url()
    found = {"user": parsed.username, "database": parsed.database}
    engine = new_engine(arguments)
    try:
        with engine.connect() as connection:
            version = connection.execute(sqlalchemy.text(VERSIONS[parsed.get_backend_name()])).scalar()
    except sqlalchemy.exc.DBAPIError as error:
        return {**found, "kind": login_failure(str(error.orig)), "detail": words(error.orig)}
    return {**found, "kind": "ok", "server": str(version)}


# What PostgreSQL and MySQL say, all parts of it, and the word for it. The first that fits counts.
REFUSALS = (
    (("pg_hba.conf",), "not-let-in"),
    (("authentication failed",), "wrong-password"),
    (("access denied",), "wrong-password"),
    (("no password supplied",), "wrong-password"),
    (('role "', "does not exist"), "wrong-password"),
    (('database "', "does not exist"), "database-missing"),
    (("unknown database",), "database-missing"),
    (("too many",), "too-many-connections"),
    (("remaining connection slots",), "too-many-connections"),
    (("ssl",), "tls"),
)


def login_failure(message: str) -> str:
    """A word for a server's refusal."""
    # The address of the server stands in front of its sentence, and the name of the database may hold any word.
    said = message.lower().rpartition("fatal:")[2]
    return next((kind for parts, kind in REFUSALS if all(part in said for part in parts)), "refused-login")


def schema(arguments: dict[str, Any]) -> dict[str, Any]:
    """Compare the schema's revision with Airflow's own, then let Airflow itself say that nothing is left to do."""
    sqlalchemy = importlib.import_module("sqlalchemy")
    engine = new_engine(arguments)
    with engine.connect() as connection:
        if not sqlalchemy.inspect(connection).has_table("alembic_version"):
            return {"kind": "empty"}
        rows = connection.execute(sqlalchemy.text("SELECT version_num FROM alembic_version"))
        here = sorted(row[0] for row in rows)
    script = migrations()
    heads = sorted(script.get_heads())
    known = [revision.revision for revision in script.walk_revisions()]
    found = {"here": here, "heads": heads, "airflow": airflow_of(here), "own": own_version()}
    if not here:
        return {**found, "kind": "empty"}
    if here != heads:
        older = all(revision in known for revision in here)
        behind = min((known.index(revision) for revision in here), default=0) if older else None
        return {**found, "kind": "not-migrated" if older else "other-schema", "behind": behind}
    command = ["airflow", "db", "check-migrations", "--migration-wait-timeout", "1"]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=arguments["command_seconds"]
        )
    except subprocess.TimeoutExpired:
        return {**found, "kind": "check-too-slow"}
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return {**found, "kind": "not-migrated", "behind": None, "detail": lines[-1] if lines else ""}
    return {**found, "kind": "ok"}


def new_engine(arguments: dict[str, Any]) -> Any:
    """An engine that keeps no connection, and waits no longer than it may."""
    sqlalchemy = importlib.import_module("sqlalchemy")
    waits = url().get_backend_name() in ("postgresql", "mysql")
    options = {"connect_args": {"connect_timeout": int(arguments["seconds"])}} if waits else {}
    return sqlalchemy.create_engine(os.environ[VARIABLE], poolclass=sqlalchemy.pool.NullPool, **options)


def migrations() -> Any:
    """Airflow's own migrations."""
    folder = next(iter(importlib.import_module("airflow.migrations").__path__))
    return importlib.import_module("alembic.script").ScriptDirectory(folder)


def airflow_of(revisions: list[str]) -> "str | None":
    """The Airflow whose schema it is, where Airflow has a name for it."""
    heads = getattr(importlib.import_module("airflow.utils.db"), "_REVISION_HEADS_MAP", {})
    names = {revision: version for version, revision in heads.items()}
    return names.get(revisions[0]) if revisions else None


def own_version() -> str:
    """The Airflow that is installed here."""
    return str(importlib.import_module("airflow.version").version)


def words(error: object) -> str:
    """One line, without what stands between // and @."""
    first = [line for line in str(error).strip().splitlines() if line.strip()]
    return re.sub(r"(?<=//)[^/@\s]+@", "***@", first[0]) if first else ""
