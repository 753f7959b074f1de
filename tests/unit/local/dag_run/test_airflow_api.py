"""Both lines' answers become the same shapes; requests are what each line wants."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from airflow_ecs_image.local.dag_run.airflow_2 import Airflow2
from airflow_ecs_image.local.dag_run.airflow_3 import Airflow3
from airflow_ecs_image.local.dag_run.airflow_api import AirflowApi, Dag, TaskInstance
from airflow_ecs_image.local.http_service import ServiceRefused

from .recorded_airflow import Server, recorded, serve

FOLDER = "/opt/airflow/dags"
ROOT = {2: "/api/v1", 3: "/api/v2"}
LINES = [2, 3]


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        running.answer("GET", "/auth/token", '{"access_token": "first"}', 201)
        yield running


def api_of(server: Server, major: int) -> AirflowApi:
    return Airflow3(server.address, FOLDER) if major > 2 else Airflow2(server.address, FOLDER)


@pytest.mark.parametrize("major", LINES)
def test_dags_have_their_file_below_the_folder(server: Server, major: int) -> None:
    server.answer("GET", f"{ROOT[major]}/dags", recorded(major, "dags.json"))
    found = {dag.dag_id: dag for dag in api_of(server, major).dags()}
    assert found["SHAPES"].file == "sub/shapes_dag.py"
    assert found["one"].file == found["two"].file == "two_dags.py"
    assert found["SHAPES"].is_paused
    assert found["SHAPES"].parsed == pytest.approx(1795577800, abs=1000)


@pytest.mark.parametrize("major", LINES)
def test_import_failures_have_their_file_below_the_folder(server: Server, major: int) -> None:
    server.answer("GET", f"{ROOT[major]}/importErrors", recorded(major, "import_errors.json"))
    found = {failure.file: failure for failure in api_of(server, major).import_failures()}
    assert "ModuleNotFoundError: No module named 'no_such_module_anywhere'" in found["broken_import.py"].trace
    assert found["broken_import.py"].seen is not None


@pytest.mark.parametrize("major", LINES)
def test_all_task_instances_are_found_with_mapped_ones(server: Server, major: int) -> None:
    run = json.loads(recorded(major, "dag_run.json"))["dag_run_id"]
    path = f"{ROOT[major]}/dags/SHAPES/dagRuns/{run}/taskInstances"
    server.answer("GET", path, recorded(major, "task_instances.json"))
    found = {
        instance.identity.name: instance for instance in api_of(server, major).task_instances("SHAPES", run)
    }
    assert {name: (each.state, each.try_number) for name, each in found.items()} == {
        **{f"square[{index}]": ("success", 1) for index in range(3)},
        "numbers": ("success", 1),
        "wait": ("success", 1),
        "flaky": ("success", 2),
        "broken": ("failed", 1),
        "after": ("upstream_failed", 0),
    }
    numbers = found["numbers"]
    assert numbers.queued is not None
    assert numbers.start is not None
    assert numbers.end is not None
    assert numbers.queued < numbers.start < numbers.end
    assert found["after"].identity.try_number is None


@pytest.mark.parametrize("major", LINES)
def test_pages_are_asked_for_until_all_are_there(server: Server, major: int) -> None:
    every = json.loads(recorded(major, "dags.json"))["dags"]
    for each in every:
        server.answer("GET", f"{ROOT[major]}/dags", json.dumps({"dags": [each], "total_entries": len(every)}))
    assert len(api_of(server, major).dags()) == len(every)
    offsets = [asked.query["offset"] for asked in server.asked if asked.path.endswith("/dags")]
    assert offsets == [[str(number)] for number in range(len(every))]


@pytest.mark.parametrize("major", LINES)
def test_the_tries_come_oldest_first(server: Server, major: int) -> None:
    instance = TaskInstance("SHAPES", "r+1", "flaky", -1, 2, 1, "success")
    server.answer(
        "GET",
        f"{ROOT[major]}/dags/SHAPES/dagRuns/r+1/taskInstances/flaky/tries",
        recorded(major, "tries_flaky.json"),
    )
    tries = api_of(server, major).tries(instance)
    assert [(each.try_number, each.state) for each in tries] == [(1, "failed"), (2, "success")]


@pytest.mark.parametrize("major", LINES)
def test_a_run_is_triggered_with_its_configuration(server: Server, major: int) -> None:
    server.answer("POST", f"{ROOT[major]}/dags/SHAPES/dagRuns", recorded(major, "trigger.json"))
    run = api_of(server, major).trigger("SHAPES", {"a": 1})
    assert (run.dag_id, run.state) == ("SHAPES", "queued")
    body = server.asked[-1].body
    # Airflow 3 refuses a body without a logical date, Airflow 2 one that has it as null.
    assert body == ({"conf": {"a": 1}, "logical_date": None} if major > 2 else {"conf": {"a": 1}})


@pytest.mark.parametrize("major", LINES)
def test_a_dag_is_unpaused_and_paused(server: Server, major: int) -> None:
    server.answer("PATCH", f"{ROOT[major]}/dags/a b", "{}")
    api = api_of(server, major)
    api.unpause("a b")
    api.pause("a b")
    assert [asked.body for asked in server.asked if asked.method == "PATCH"] == [
        {"is_paused": False},
        {"is_paused": True},
    ]


@pytest.mark.parametrize("major", LINES)
def test_the_source_is_what_airflow_stored(server: Server, major: int) -> None:
    found = Dag("A", "a.py", is_paused=True, parsed=1.0, file_token="token")
    api = api_of(server, major)
    assert api.source(found) is None
    if major > 2:
        server.answer("GET", "/api/v2/dagSources/A", '{"content": "text", "dag_id": "A"}')
    else:
        server.answer("GET", "/api/v1/dagSources/token", "text")
    assert api.source(found) == "text"


@pytest.mark.parametrize("major", LINES)
def test_an_unknown_dag_is_refused_in_airflows_words(server: Server, major: int) -> None:
    server.answer(
        "POST", f"{ROOT[major]}/dags/NOPE/dagRuns", '{"detail": "Dag with dag_id: \'NOPE\' not found"}', 404
    )
    with pytest.raises(ServiceRefused, match="404: Dag with dag_id: 'NOPE' not found") as caught:
        api_of(server, major).trigger("NOPE", {})
    assert caught.value.status == 404


def test_a_token_that_has_expired_is_asked_for_again_and_never_shown(server: Server) -> None:
    server.answers[("GET", "/auth/token")].append((201, '{"access_token": "second"}'))
    server.answer("GET", "/api/v2/dags", '{"detail": "Invalid JWT token"}', 401)
    server.answer("GET", "/api/v2/dags", '{"dags": [], "total_entries": 0}')
    assert Airflow3(server.address, FOLDER).dags() == []
    authorizations = [
        asked.headers.get("Authorization") for asked in server.asked if asked.path == "/api/v2/dags"
    ]
    assert authorizations == ["Bearer first", "Bearer second"]


def test_a_token_that_is_refused_twice_is_an_error_without_it(server: Server) -> None:
    server.answer("GET", "/api/v2/dags", '{"detail": "Invalid JWT token"}', 401)
    with pytest.raises(ServiceRefused) as caught:
        Airflow3(server.address, FOLDER).dags()
    assert "first" not in str(caught.value)


def test_the_log_of_airflow_3_is_one_json_object_a_line(server: Server) -> None:
    instance = TaskInstance("SHAPES", "r", "numbers", -1, 1, 0, "success")
    server.answer(
        "GET", "/api/v2/dags/SHAPES/dagRuns/r/taskInstances/numbers/logs/1", recorded(3, "log_numbers.json")
    )
    lines = [json.loads(line) for line in Airflow3(server.address, FOLDER).task_log(instance).splitlines()]
    assert "three numbers" in [line["event"] for line in lines]
    assert server.asked[-1].query == {"full_content": ["true"], "map_index": ["-1"]}


def test_the_log_of_airflow_2_is_asked_for_as_text(server: Server) -> None:
    instance = TaskInstance("SHAPES", "r", "numbers", 4, 1, 0, "success")
    server.answer(
        "GET", "/api/v1/dags/SHAPES/dagRuns/r/taskInstances/numbers/logs/1", recorded(2, "log_numbers.txt")
    )
    assert "three numbers" in Airflow2(server.address, FOLDER).task_log(instance)
    assert server.asked[-1].headers["Accept"] == "text/plain"
    assert server.asked[-1].query["map_index"] == ["4"]
