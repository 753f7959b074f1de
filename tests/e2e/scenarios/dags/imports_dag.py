"""A task that uses what an image may have put off or left out at its start: all of it has to be there when it is asked for."""

# mypy: ignore-errors
# ruff: noqa: T201

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
import sys
import traceback

from scenario_dag import scenario, task

_PACKAGES = ("airflow.models", "airflow.serialization", "airflow.executors", "airflow.dag_processing")
# Without requests, which Airflow's logs on S3 import.
_PUT_OFF = ("anyio", "flask", "fsspec", "jsonschema", "jwt", "libcst", "rich", "upath", "werkzeug", "yaml")
_OTHERS = (
    "anyio",
    "connexion",
    "flask.json.provider",
    "flask_appbuilder",
    "fsspec",
    "httpx._main",
    "jsonschema",
    "jwt",
    "libcst",
    "requests",
    "rich.console",
    "upath",
    "yaml",
)


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


def render_a_path():
    """A template in a path of an object store, which is asked for by its class."""
    try:
        from airflow.sdk import ObjectStoragePath
    except ImportError:
        from airflow.io.path import ObjectStoragePath

    operator = dag.get_task("use")
    path = operator.render_template(ObjectStoragePath("file:///tmp/{{ name }}"), {"name": "filled-in"})
    print(path)
    if type(path) is not ObjectStoragePath or not str(path).endswith("/tmp/filled-in"):
        raise AssertionError(path)
    if operator.render_template(7, {}) != 7:
        raise AssertionError("a number is no path")


def warn():
    import warnings

    warnings.warn("[bold] :smiley: and plain", UserWarning, stacklevel=1)
    warnings.warn("plain", UserWarning, stacklevel=1)


def write_json_for_the_webserver():
    """Airflow 2: the class that flask is given for it."""
    from airflow.utils.json import AirflowJsonProvider
    from flask import Flask
    from flask.json.provider import JSONProvider

    provider = AirflowJsonProvider(Flask("an application"))
    if not isinstance(provider, JSONProvider) or provider.loads(provider.dumps({"a": 1})) != {"a": 1}:
        raise AssertionError("no provider of flask")


def close_sessions():
    """Airflow 2: what closes the connections of the database has to do with the webserver's sessions."""
    from airflow import settings

    settings.dispose_orm()
    from airflow.www.extensions import init_session

    init_session._session_interface = "one"
    settings.dispose_orm()
    if init_session._session_interface is not None:
        raise AssertionError("the sessions are not forgotten")


def call_the_internal_api():
    """Airflow 2: what would go there in place of the database."""
    import requests
    from airflow.api_internal import internal_api_call
    from airflow.utils.jwt_signer import JWTSigner

    if internal_api_call.requests.post is not requests.post:
        raise AssertionError("requests is another")
    signer = JWTSigner("a key of the test, which is long enough", 60, "api")
    if signer.verify_token(signer.generate_signed_token({"method": "x"}))["method"] != "x":
        raise AssertionError("a token that nobody signed")


def parse_other_command_lines():
    """Airflow 2: a task may ask for the parser of all commands."""
    from airflow.cli import cli_parser

    if cli_parser.get_parser().parse_args(["dags", "list"]).subcommand != "list":
        raise AssertionError("no command for DAGs")
    if "dags" not in cli_parser.ALL_COMMANDS_DICT:
        raise AssertionError("no commands")


_OF_ALL = (configure_mappers, make_a_connection, serialize_a_dag, render_a_path, warn)
_OF_AIRFLOW_2 = (
    write_json_for_the_webserver,
    close_sessions,
    call_the_internal_api,
    parse_other_command_lines,
)


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
        print(f"imported at the start: {sorted(name for name in _PUT_OFF if name in sys.modules)}")
        uses = {name: (lambda name=name: importlib.import_module(name)) for name in modules()}
        airflow_2 = importlib.util.find_spec("flask_appbuilder")
        uses |= {each.__name__: each for each in _OF_ALL + (_OF_AIRFLOW_2 if airflow_2 else ())}
        failed = [name for name, each in uses.items() if not in_a_process_of_its_own(name, each)]
        print(f"used {len(uses)}, of which failed: {failed}")
        if airflow_2:
            leave_a_note(**context)
            print("left a note")

    use()
