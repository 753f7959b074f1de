"""A run is followed as a real Airflow went through it: mapped, retried, deferred and failed tasks, look by look."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import DagRunFailed
from airflow_ecs_image.local.dag_run.airflow_2 import Airflow2
from airflow_ecs_image.local.dag_run.airflow_3 import Airflow3
from airflow_ecs_image.local.dag_run.airflow_api import DagRun, TaskInstance
from airflow_ecs_image.local.dag_run.assembling import timeline_of
from airflow_ecs_image.local.dag_run.following import Followed, Follower
from airflow_ecs_image.local.dag_run.log_lines import parsed
from airflow_ecs_image.local.dag_run.task_log import AIRFLOW, TaskLog
from airflow_ecs_image.local.endpoint_admin import EndpointAdmin

from .clock import Clock
from .recorded_airflow import Server, recorded, serve

LINES = [2, 3]


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        running.answer("GET", "/auth/token", '{"access_token": "a"}', 201)
        running.answer("GET", "/local/tasks", '{"tasks": []}')
        yield running


@dataclass
class Logs:
    """Logs as recorded; those of `missing` tasks are in no bucket."""

    major: int
    missing: set[str] = field(default_factory=set)

    def remote(self, instance: TaskInstance) -> TaskLog | None:
        name = f"{instance.task_id}.log"
        if instance.task_id in self.missing or name not in (
            "numbers.log",
            "broken.log",
            "wait.log",
            "flaky.log",
        ):
            return None
        return TaskLog(f"s3://logs/{instance.identity.name}", tuple(parsed(recorded(self.major, name))))

    def airflow(self, instance: TaskInstance) -> TaskLog:
        return TaskLog(AIRFLOW, tuple(parsed(f"of {instance.identity.name}")))


def follow(
    server: Server,
    major: int,
    logs: Logs,
    *,
    looks: int | None = None,
    timeout: float = 3600,
    show_log: bool = True,
) -> tuple[Followed, str]:
    """Follow the recorded run, or only its first looks; returns what was shown as well."""
    run = json.loads(recorded(major, "dag_run.json"))
    path = f"/api/v{major - 1}/dags/SHAPES/dagRuns/{run['dag_run_id']}"
    every = recorded(major, "looks.jsonl").splitlines()
    for look in every[:looks]:
        server.answer("GET", f"{path}/taskInstances", look)
        server.answer("GET", path, json.dumps({**run, "state": "running"}))
    if looks is None:
        # The run is asked for before its tasks: it has ended at the last look.
        server.answers[("GET", path)][-1] = (200, json.dumps(run))
    server.answer("GET", f"{path}/taskInstances/flaky/tries", recorded(major, "tries_flaky.json"))
    api = (Airflow3 if major > 2 else Airflow2)(server.address, "/opt/airflow/dags")
    stream, clock = io.StringIO(), Clock()
    follower = Follower(
        api,
        EndpointAdmin(server.address),
        logs,
        Console(stream=stream, environment={}),
        show_log=show_log,
        clock=clock,
        sleep=clock.sleep,
    )
    followed = follower.follow(DagRun("SHAPES", run["dag_run_id"], "queued"), timeout=timeout)
    return followed, stream.getvalue()


@pytest.mark.parametrize("major", LINES)
def test_every_try_ends_once(server: Server, major: int) -> None:
    followed, shown = follow(server, major, Logs(major))
    ended = sorted((each.identity.name, each.try_number, str(each.state)) for each in followed.tries)
    assert ended == [
        ("after", 0, "upstream_failed"),
        ("broken", 1, "failed"),
        ("flaky", 1, "up_for_retry"),
        ("flaky", 2, "success"),
        ("numbers", 1, "success"),
        *((f"square[{index}]", 1, "success") for index in range(3)),
        ("wait", 1, "success"),
    ]
    lines = [line for line in shown.splitlines() if not line.startswith(" ")]
    for start in ("✓ numbers ", "✓ square[2] ", "✗ flaky ", "✓ flaky try 2 ", "✗ broken ", "✓ wait "):
        assert len([line for line in lines if line.startswith(start)]) == 1, start
    assert "= after (upstream_failed)" in lines
    assert "wait: deferred" in lines


@pytest.mark.parametrize("major", LINES)
def test_each_log_is_printed_with_where_it_was_found(server: Server, major: int) -> None:
    followed, shown = follow(server, major, Logs(major, missing={"numbers"}))
    assert "  log of broken: s3://logs/broken\n" in shown
    assert "ValueError: no such <thing>" in shown
    assert "  log of numbers: from Airflow's API, for S3 has none\n    info    of numbers\n" in shown
    assert (
        followed.logs[next(each.identity for each in followed.tries if each.task_id == "numbers")].source
        == AIRFLOW
    )
    assert "log of after" not in shown


@pytest.mark.parametrize("major", LINES)
def test_logs_are_read_but_not_printed(server: Server, major: int) -> None:
    followed, shown = follow(server, major, Logs(major), show_log=False)
    assert "log of" not in shown
    assert any(identity.task_id == "broken" for identity in followed.logs)


@pytest.mark.parametrize("major", LINES)
def test_a_try_that_ended_between_two_looks_is_not_lost(server: Server, major: int) -> None:
    every = recorded(major, "looks.jsonl").splitlines()
    run = json.loads(recorded(major, "dag_run.json"))["dag_run_id"]
    # Airflow retried at once: the first look sees the second try.
    server.answer("GET", f"/api/v{major - 1}/dags/SHAPES/dagRuns/{run}/taskInstances", every[-1])
    followed, _ = follow(server, major, Logs(major))
    assert {(each.task_id, each.try_number) for each in followed.tries} >= {("flaky", 1), ("flaky", 2)}


@pytest.mark.parametrize("major", LINES)
def test_a_run_that_does_not_end_in_time(server: Server, major: int) -> None:
    with pytest.raises(DagRunFailed, match=r"has not ended after 5 s: .*wait \(") as caught:
        follow(server, major, Logs(major), looks=3, timeout=5)
    assert "--timeout" in (caught.value.mend or "")


@pytest.mark.parametrize("major", LINES)
def test_the_timeline_of_a_run_without_ecs(server: Server, major: int) -> None:
    followed, _ = follow(server, major, Logs(major))
    timeline = timeline_of(followed, major=major)
    rows = {(row.task, row.try_number): row for row in timeline.rows}
    assert ("after", 0) not in rows
    assert len(rows) == len(timeline.rows) == 8
    assert all(row.ecs_task is None and row.executor == "LocalExecutor" for row in timeline.rows)
    assert rows[("flaky", 1)].state == "failed"
    phases = [span.phase.name for span in rows[("numbers", 1)].spans]
    before = ["runner", "dag", "preparation"] if major > 2 else ["supervisor"]
    assert phases == ["queued", *before, "code", "exit"]
    assert [row.spans[0].start for row in timeline.rows] == sorted(
        row.spans[0].start for row in timeline.rows
    )
