"""A client token runs its tasks once, even while the first call is still being answered."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.local.endpoint.endpoint import Endpoint

from .in_process import CLUSTER, DEFINITION, NETWORK, serving


def slowed(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, *, waits_for: threading.Event
) -> threading.Event:
    """Let the making of tasks take until an event; the event that the first one sets as it begins."""
    begun, accept = threading.Event(), endpoint.launcher.accept

    def slow(task: Any) -> None:
        begun.set()
        assert waits_for.wait(30)
        accept(task)

    monkeypatch.setattr(endpoint.launcher, "accept", slow)
    return begun


def test_two_calls_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    request = {"cluster": CLUSTER, "taskDefinition": "plain", "networkConfiguration": NETWORK}
    with serving(tmp_path) as (endpoint, client), ThreadPoolExecutor(2) as pool:
        client.register_task_definition(**DEFINITION)
        begun = slowed(endpoint, monkeypatch, waits_for=go_on)
        first = pool.submit(client.run_task, **request, clientToken="same")
        assert begun.wait(30)
        second = pool.submit(client.run_task, **request, clientToken="same")
        while endpoint.faults.counters()["calls"].get("RunTask", 0) < 2:
            threading.Event().wait(0.01)

        # The second call has arrived, and has no answer while the first has none.
        assert not second.done()
        go_on.set()

        arns = [call.result(30)["tasks"][0]["taskArn"] for call in (first, second)]
        assert arns[0] == arns[1]
        assert len(endpoint.registry.all()) == 1
