"""A task that uses what an image may have put off or left out at its start: all of it has to be there when it is asked for."""

# mypy: ignore-errors
# ruff: noqa: T201

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
import traceback

from scenario_dag import scenario, task

_PACKAGES = ("airflow.models", "airflow.serialization", "airflow.executors", "airflow.dag_processing")
_OTHERS = ("anyio", "connexion", "flask_appbuilder", "httpx._main", "jsonschema", "libcst", "rich.console")


def in_a_process_of_its_own(name, use):
    """Whether it works for a task that did nothing before."""
    child = os.fork()
    if child == 0:
        try:
            use()
        except BaseException:  # noqa: BLE001
            print(f"{name}: {traceback.format_exc()}", flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def modules():
    """Every module of the packages, and those of the others that are installed."""
    for name in _PACKAGES:
        package = importlib.import_module(name)
        yield from (found.name for found in pkgutil.iter_modules(package.__path__, f"{name}."))
    for name in _OTHERS:
        if importlib.util.find_spec(name.partition(".")[0]):
            yield name


def configure_mappers():
    from sqlalchemy.orm import configure_mappers

    configure_mappers()


def make_a_connection():
    from airflow.models import Connection

    print(Connection(conn_id="made", uri="http://example.com").get_uri())


def serialize_a_dag():
    from airflow.serialization import serialized_objects

    serialized = getattr(serialized_objects, "DagSerialization", None) or serialized_objects.SerializedDAG
    print(min(serialized.to_dict(dag)["dag"]))


def leave_a_note(**context):
    """Airflow 2: a note refers to the users, which are the auth manager's."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session

    with create_session() as session:
        found = session.query(TaskInstance).filter_by(run_id=context["run_id"], task_id="use").one()
        found.note = "left by the task"


with scenario("IMPORTS") as dag:

    @task
    def use(**context) -> None:
        uses = {name: (lambda name=name: importlib.import_module(name)) for name in modules()}
        uses |= {each.__name__: each for each in (configure_mappers, make_a_connection, serialize_a_dag)}
        failed = [name for name, each in uses.items() if not in_a_process_of_its_own(name, each)]
        print(f"used {len(uses)}, of which failed: {failed}")
        if importlib.util.find_spec("flask_appbuilder"):
            leave_a_note(**context)
            print("left a note")

    use()
