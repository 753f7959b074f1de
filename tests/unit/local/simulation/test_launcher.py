"""The life of a simulated task, with a server that keeps what the simulated worker said to Airflow."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from airflow_ecs_image.local.endpoint.simulation.launcher import SimulatedLauncher
from airflow_ecs_image.local.endpoint.task import Task, TaskContainer
from tests.waiting import until

FAST: dict[str, float] = dict.fromkeys(
    (
        "place_seconds",
        "pull_seconds",
        "start_seconds",
        "import_seconds",
        "exit_seconds",
        "deprovision_seconds",
    ),
    0.01,
)


class Told:
    """The reports of a launcher, in their order."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []

    def pending(self, task_id: str, at: float) -> None:
        self.events.append(("pending",))

    def pulled(self, task_id: str, at: float) -> None:
        self.events.append(("pulled",))

    def running(
        self, task_id: str, at: float, *, address: str = "", runtime_ids: Mapping[str, str] | None = None
    ) -> None:
        self.events.append(("running",))

    def stopping(self, task_id: str) -> None:
        self.events.append(("stopping",))

    def exited(self, task_id: str, container: str, at: float, exit_code: int, *, reason: str = "") -> None:
        self.events.append(("exited", container, exit_code))

    def stopped(self, task_id: str, at: float) -> None:
        self.events.append(("stopped",))

    def health(self, task_id: str, container: str, status: str) -> None:
        raise AssertionError("a simulated task has no health check")

    def failed(self, task_id: str, at: float, reason: str, *, container: str = "") -> None:
        self.events.append(("failed", reason))


class ExecutionApi(ThreadingHTTPServer):
    """Says yes, with the status in `refusals` instead by the last word of the path, and gives a new token on `run`."""

    daemon_threads = True

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.refusals: dict[str, int] = {}
        super().__init__(("127.0.0.1", 0), _Handler)

    def said(self) -> list[str]:
        return [path.rpartition("/")[2] for path, _, _ in self.calls]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ExecutionApi

    def _answer(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.calls.append((self.path, self.headers["authorization"], body))
        what = self.path.rpartition("/")[2]
        status = self.server.refusals.get(what, 200)
        content = json.dumps({"detail": {"reason": "invalid_state"}}).encode()
        self.send_response_only(status)
        if what == "run":
            self.send_header("Refreshed-API-Token", "second-token")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_PATCH = do_PUT = _answer  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture
def api() -> Iterator[ExecutionApi]:
    server = ExecutionApi()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def task_for(api: ExecutionApi, **container: Any) -> Task:
    instance = {
        "id": "0190",
        "task_id": "work",
        "dag_id": "load",
        "run_id": "r",
        "try_number": 1,
        "map_index": 4,
    }
    command = ["python", "-m", "x", "--json-string", json.dumps({"token": "first-token", "ti": instance})]
    definition = {
        "name": "airflow",
        "stopTimeout": 1,
        "environment": [{"name": "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL", "value": "0.1"}],
        "secrets": [{"name": "AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "valueFrom": "arn:api"}],
        **container,
    }
    return Task(
        id="0" * 32,
        cluster="c",
        definition={"family": "f", "containerDefinitions": [definition]},
        request={"overrides": {"containerOverrides": [{"name": "airflow", "command": command}]}},
        containers=[TaskContainer("airflow", "image", "1")],
        credentials_id="",
        created_at=0.0,
        attachment_id="",
    )


def launcher_of(api: ExecutionApi, told: Told, **seconds: float) -> SimulatedLauncher:
    secrets = {"arn:api": f"http://127.0.0.1:{api.server_address[1]}/execution/"}
    return SimulatedLauncher({**FAST, **seconds}, told, secrets=secrets)


def test_a_task_lives_and_its_worker_tells_airflow(api: ExecutionApi) -> None:
    told = Told()
    launcher = launcher_of(api, told, task_seconds=0.5)
    task = task_for(api)
    launcher.launch(task)
    until(lambda: ("stopped",) in told.events, "STOPPED")
    assert told.events == [("pending",), ("pulled",), ("running",), ("exited", "airflow", 0), ("stopped",)]
    said = api.said()
    assert said[:2] == ["run", "rtif"]
    assert said[-1] == "state"
    assert set(said[2:-1]) == {"heartbeat"}
    assert [token for _, token, _ in api.calls[:2]] == ["Bearer first-token", "Bearer second-token"]
    assert api.calls[-1][2]["state"] == "success"
    log = launcher.log(task, "airflow").decode()
    assert re.search(r"^\S+Z airflow-ecs-image load: ran load r work 4 1$", log, re.MULTILINE)
    assert "token" not in log
    launcher.forget(task)
    assert launcher.log(task, "airflow") == b""


def test_a_worker_that_airflow_refuses_ends_as_a_real_one(api: ExecutionApi) -> None:
    api.refusals["run"] = 409
    told = Told()
    launcher = launcher_of(api, told)
    task = task_for(api)
    launcher.launch(task)
    until(lambda: ("stopped",) in told.events, "STOPPED")
    assert ("exited", "airflow", 1) in told.events
    log = launcher.log(task, "airflow").decode()
    assert "run: 409 invalid_state" in log
    assert "load: ran" not in log


def test_a_worker_that_is_told_to_end_by_the_answer_to_its_heartbeat_does_not_say_success(
    api: ExecutionApi,
) -> None:
    api.refusals["heartbeat"] = 409
    told = Told()
    launcher_of(api, told, task_seconds=60).launch(task_for(api))
    until(lambda: ("stopped",) in told.events, "STOPPED")
    assert "state" not in api.said()


def test_a_stopped_task_is_killed_when_its_time_is_over(api: ExecutionApi) -> None:
    told = Told()
    launcher = launcher_of(api, told, task_seconds=60)
    task = task_for(api)
    launcher.launch(task)
    until(lambda: "run" in api.said(), "the worker")
    launcher.stop(task)
    until(lambda: ("stopped",) in told.events, "STOPPED")
    assert told.events[-3:] == [("stopping",), ("exited", "airflow", 137), ("stopped",)]
    assert "state" not in api.said()


def test_a_task_that_is_stopped_before_it_runs_never_does(api: ExecutionApi) -> None:
    told = Told()
    launcher = launcher_of(api, told, start_seconds=60)
    task = task_for(api)
    launcher.launch(task)
    until(lambda: ("pulled",) in told.events, "PENDING")
    launcher.stop(task)
    assert told.events[-1][0] == "failed"


def test_a_container_that_is_no_worker_ends_with_an_error(api: ExecutionApi) -> None:
    told = Told()
    launcher = launcher_of(api, told)
    task = task_for(api)
    task.request["overrides"]["containerOverrides"][0]["command"] = ["true"]
    launcher.launch(task)
    until(lambda: ("stopped",) in told.events, "STOPPED")
    assert ("exited", "airflow", 1) in told.events


def test_what_an_earlier_process_simulated_has_ended(api: ExecutionApi) -> None:
    told = Told()
    launcher = launcher_of(api, told)
    ran, placed, waits = task_for(api), task_for(api), task_for(api)
    ran.launched, ran.started_at = True, 1.0
    placed.launched = True
    launcher.resume([ran, placed, waits])
    assert [event[0] for event in told.events] == ["exited", "stopped", "failed"]


def test_a_secret_that_is_not_there_is_ecs_reason_for_not_starting(api: ExecutionApi) -> None:
    told = Told()
    task = task_for(api)
    SimulatedLauncher(FAST, told).launch(task)
    ((event, reason),) = told.events
    assert event == "failed"
    assert reason.startswith("ResourceInitializationError")
