"""`check --database` on a real PostgreSQL: what holds, and each thing that can be wrong, for both lines of Airflow."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.cli import run
from airflow_ecs_image.engine import containers
from airflow_ecs_image.resources import resource

from .database_outcome import VARIABLE, Shell, check
from .database_server import PASSWORD, USER, Server, database_server
from .worker_images import DEFAULT_NAME, WorkerImage, build_project, source_pairs

AIRFLOW_2 = next(name for name, (airflow, _) in source_pairs().items() if airflow.startswith("2."))
# The schema of an older Airflow of the same line, by `airflow db migrate --to-version`.
OLDER = {2: "2.10.0", 3: "3.1.0"}


@pytest.fixture(scope="module")
def server(root_filesystem_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with database_server(root_filesystem_image, tmp_path_factory.mktemp("postgresql")) as found:
        yield found


@pytest.fixture(scope="module")
def control_planes(tmp_path_factory: pytest.TempPathFactory) -> dict[int, WorkerImage]:
    """Images that can use a PostgreSQL, by the line of their Airflow; that of Airflow 3 needs a package for it."""
    project = tmp_path_factory.mktemp("control-plane")
    shutil.copytree(resource("dags_example"), project / "dags", ignore=shutil.ignore_patterns("__pycache__"))
    (project / "postgres.txt").write_text("apache-airflow-providers-postgres\nasyncpg\n", encoding="utf-8")
    built = {}
    for major, name in ((2, AIRFLOW_2), (3, DEFAULT_NAME)):
        airflow, python = source_pairs()[name]
        built[major] = build_project(
            project,
            tag=f"control-plane-{major}",
            base="source",
            airflow_version=airflow,
            python_version=python,
            requirements_path="postgres.txt" if major > 2 else None,
        )
    return built


def migrate(image: WorkerImage, server: Server, database: str, *options: str) -> None:
    ended = containers.run(
        image.tag,
        ["airflow", "db", "migrate", *options],
        network=server.network,
        environment={VARIABLE: server.url(database)},
        timeout=300,
    )
    assert ended.exit_code == 0, ended.stderr


@pytest.fixture(scope="module")
def migrated(server: Server, control_planes: dict[int, WorkerImage]) -> Server:
    """With the schemas of both lines, and one of an older Airflow for each."""
    for major, database in ((2, "two"), (3, "three")):
        migrate(control_planes[major], server, database)
        migrate(control_planes[major], server, f"older{major}", "--to-version", OLDER[major])
    return server


@pytest.mark.parametrize("major", [2, 3])
def test_a_database_that_is_ready(
    migrated: Server,
    control_planes: dict[int, WorkerImage],
    monkeypatch: pytest.MonkeyPatch,
    capsys: Shell,
    major: int,
) -> None:
    image = control_planes[major]
    done = check(image, migrated.url({2: "two", 3: "three"}[major]), migrated, monkeypatch, capsys)
    assert done.code == 0, done.everything
    assert [each["status"] for each in done.checks.values()] == ["passed"] * 4
    details = [each["detail"] for each in done.checks.values()]
    assert details[0] == "psycopg2 for postgresql"
    assert details[1] == f"{migrated.address}:5432"
    assert details[2].startswith(f"{USER} in ")
    assert details[3] == f"Airflow {image.airflow} has nothing to migrate"
    assert ("a worker of Airflow 3 uses no database" in done.everything) == (major == 3)


@pytest.mark.parametrize("major", [2, 3])
def test_an_older_schema(
    migrated: Server,
    control_planes: dict[int, WorkerImage],
    monkeypatch: pytest.MonkeyPatch,
    capsys: Shell,
    major: int,
) -> None:
    done = check(control_planes[major], migrated.url(f"older{major}"), migrated, monkeypatch, capsys)
    step, line, mend = done.failure()
    assert step == "schema"
    assert f"that of Airflow {OLDER[major]}" in line
    assert "migrations to run" in line
    assert done.checks["database_schema"]["data"]["behind"] > 0
    assert "airflow db migrate" in mend


def test_the_schema_of_a_newer_airflow(
    migrated: Server, control_planes: dict[int, WorkerImage], monkeypatch: pytest.MonkeyPatch, capsys: Shell
) -> None:
    step, line, _ = check(control_planes[2], migrated.url("three"), migrated, monkeypatch, capsys).failure()
    assert step == "schema"
    assert line.endswith("a newer Airflow made it")


# What is wrong with the connection string, the step that finds it, and words of the line and the mend.
WRONG: dict[str, tuple[str, str, str, str]] = {
    "no tables": ("nothing", "schema", "no tables of Airflow", "airflow db migrate"),
    "no such database": ("missing", "login", "missing: the server has no such database", "CREATE DATABASE missing"),
    "wrong password": ("two password=wrong", "login", "no such user with this password", "%40"),
    "no such user": ("two user=nobody", "login", "nobody: the server knows no such user", "%40"),
    "not let in": ("two user=stranger", "login", "lets nobody in", "pg_hba.conf"),
    "nothing listens": ("two port=5433", "address", ":5433: nothing listens there", "start the server"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_with_it(
    migrated: Server,
    control_planes: dict[int, WorkerImage],
    monkeypatch: pytest.MonkeyPatch,
    capsys: Shell,
    wrong: str,
) -> None:
    given, step, line, mend = WRONG[wrong]
    database, *changes = given.split()
    changed: dict[str, Any] = dict(change.split("=") for change in changes)
    if "port" in changed:
        changed["port"] = int(changed["port"])
    done = check(control_planes[2], migrated.url(database, **changed), migrated, monkeypatch, capsys)
    found = done.failure()
    assert found[0] == step
    assert line in found[1]
    assert mend in found[2]


STRINGS: dict[str, tuple[str, str, str]] = {
    "postgresql+psycopg2://u:secret-canary@no-such-host.invalid/x": ("address", "no-such-host.invalid: the name does not resolve", "--network"),
    "postgresql+psycopg2://u:secret-canary@localhost/x": ("address", "localhost:5432: nothing listens", "the container itself"),
    "postgres://u:secret-canary@localhost/x": ("driver", "SQLAlchemy knows no postgres", "postgresql+psycopg2"),
    "secret-canary": ("driver", "cannot be read", "postgresql+psycopg2"),
    "mysql+mysqldb://u:secret-canary@localhost/x": ("driver", "no module MySQLdb", "apache-airflow-providers-mysql"),
}  # fmt: skip


@pytest.mark.parametrize("url", STRINGS)
def test_what_is_wrong_before_a_server_is_asked(
    server: Server,
    control_planes: dict[int, WorkerImage],
    monkeypatch: pytest.MonkeyPatch,
    capsys: Shell,
    url: str,
) -> None:
    step, line, mend = STRINGS[url]
    done = check(control_planes[2], url, server, monkeypatch, capsys)
    found = done.failure()
    assert found[0] == step
    assert line in found[1]
    assert mend in found[2]
    assert "secret-canary" not in done.everything


def test_a_worker_of_airflow_3_has_no_driver_and_needs_none(
    server: Server, default_image: WorkerImage, monkeypatch: pytest.MonkeyPatch, capsys: Shell
) -> None:
    done = check(default_image, server.url("three"), server, monkeypatch, capsys)
    assert done.failure() == (
        "driver",
        "the image has no module psycopg2",
        "apache-airflow-providers-postgres in requirements.txt, then build again",
    )
    assert "a worker of Airflow 3 uses no database" in done.everything


def test_the_first_user_of_airflow_2_has_a_password_that_no_command_holds(
    migrated: Server, control_planes: dict[int, WorkerImage]
) -> None:
    command = (
        "airflow users create --role Admin --username admin --firstname Ada --lastname Admin "
        '--email admin@example.com --password "$ADMIN_PASSWORD"; airflow users list --output plain'
    )
    ended = containers.run(
        control_planes[2].tag,
        ["bash", "-c", command],
        network=migrated.network,
        environment={VARIABLE: migrated.url("two"), "ADMIN_PASSWORD": PASSWORD},
    )
    assert 'User "admin" created with role "Admin"' in ended.stdout
    user = ended.stdout.splitlines()[-1].split()
    assert user[1:5] == ["admin", "admin@example.com", "Ada", "Admin"]


def test_the_connection_string_may_be_in_a_file(
    migrated: Server,
    control_planes: dict[int, WorkerImage],
    monkeypatch: pytest.MonkeyPatch,
    capsys: Shell,
    tmp_path: Path,
) -> None:
    (tmp_path / "connection").write_text(migrated.url("nothing") + "\n", encoding="utf-8")
    file = ["--database-file", str(tmp_path / "connection")]
    done = check(control_planes[2], "sqlite:////tmp/x.db", migrated, monkeypatch, capsys, *file)
    assert done.checks["database_address"]["detail"] == f"{migrated.address}:5432"


def test_without_a_connection_string_nothing_is_tried(
    default_image: WorkerImage, monkeypatch: pytest.MonkeyPatch, capsys: Shell, tmp_path: Path
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert run(["check", default_image.tag, "--database"]) == 2
    assert f"{VARIABLE}: it is not set" in capsys.readouterr().err
    (tmp_path / "empty").touch()
    assert run(["check", default_image.tag, "--database-file", str(tmp_path / "empty")]) == 2
    assert "it is empty" in capsys.readouterr().err


def test_a_network_that_does_not_exist_is_one_line(
    default_image: WorkerImage, monkeypatch: pytest.MonkeyPatch, capsys: Shell
) -> None:
    monkeypatch.setenv(VARIABLE, "sqlite:////tmp/x.db")
    assert run(["check", default_image.tag, "--database", "--network", "no-such-network"]) == 2
    assert "network: 'no-such-network'" in capsys.readouterr().err
