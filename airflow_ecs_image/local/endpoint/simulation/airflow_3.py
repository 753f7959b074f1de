"""The worker of Airflow 3: its calls of the execution API, with the workload's own token.

Calls, bodies and headers are those of the task SDK (airflow/sdk/api/client.py, TaskInstanceOperations, and
airflow/api_fastapi/execution_api/datamodels/taskinstance.py of 3.3): run, rendered fields, heartbeats, state. Not simulated:
XComs, connections, variables and the upload of the log, which a trivial task without a result has none of or does not need.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import urllib.parse
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from .worker import WorkerRefused
from .workload import Workload

API_VERSION = "2025-11-05"
"""Of the execution API (header airflow-api-version, airflow/api_fastapi/execution_api/versions): known to 3.2 and 3.3 alike."""

_PROCESS = 7  # Of a worker's task process in a container; Airflow compares it with that of the heartbeats.
_SECONDS = 60.0
_ATTEMPTS = 5  # As the task SDK (workers.execution_api_retries).
_RETRY = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE)
_REFRESHED_TOKEN = "Refreshed-API-Token"  # noqa: S105 - the name of a header
_of_this_thread = threading.local()


class ExecutionApiWorker:
    """One task instance of Airflow 3."""

    def __init__(self, workload: Workload, host: str) -> None:
        self._workload = workload
        self._host = host
        self._token = workload.token

    @property
    def try_number(self) -> int:
        """Which try it is."""
        return self._workload.try_number

    def begin(self) -> None:
        """PATCH run, which gives the token for what follows, and PUT the rendered fields of the task."""
        self._call(
            "PATCH",
            "run",
            {
                "state": "running",
                "hostname": self._host,
                "unixname": "airflow",
                "pid": _PROCESS,
                "start_date": _now(),
            },
        )
        self._call("PUT", "rtif", {"templates_dict": None, "op_args": "[]", "op_kwargs": "{}"})

    def heartbeat(self) -> None:
        """PUT heartbeat."""
        self._call("PUT", "heartbeat", {"hostname": self._host, "pid": _PROCESS})

    def succeed(self) -> None:
        """PATCH state."""
        self._call(
            "PATCH",
            "state",
            {"state": "success", "end_date": _now(), "task_outlets": [], "outlet_events": []},
        )

    def _call(self, method: str, what: str, body: dict[str, Any]) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                status, reason = self._request(method, what, json.dumps(body))
            except (OSError, http.client.HTTPException) as error:
                _forget_connection()
                status, reason = 0, type(error).__name__
            if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
                return
            if status and status not in _RETRY:
                raise WorkerRefused(f"{what}: {status} {reason}", exit_code=1 if what == "run" else 0)
            if attempt < _ATTEMPTS:
                time.sleep(random.uniform(0.5, 2.0) * attempt)  # noqa: S311 - spreads retries
        raise WorkerRefused(f"{what}: {status or 'no answer'} {reason}, {_ATTEMPTS} times")

    def _request(self, method: str, what: str, body: str) -> tuple[int, str]:
        url = urllib.parse.urlsplit(self._workload.address)
        connection = _connection(url)
        path = f"{url.path.rstrip('/')}/task-instances/{self._workload.id}/{what}"
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "airflow-api-version": API_VERSION,
        }
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        if refreshed := answer.getheader(_REFRESHED_TOKEN):
            self._token = refreshed
        return answer.status, _reason(content)


def _connection(url: urllib.parse.SplitResult) -> http.client.HTTPConnection:
    """This thread's connection, which stays open."""
    place = (url.scheme, url.netloc)
    if getattr(_of_this_thread, "place", None) != place:
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        _of_this_thread.connection = kind(url.netloc, timeout=_SECONDS)
        _of_this_thread.place = place
    connection: http.client.HTTPConnection = _of_this_thread.connection
    return connection


def _forget_connection() -> None:
    if getattr(_of_this_thread, "place", None) is not None:
        _of_this_thread.connection.close()
        _of_this_thread.place = None


def _reason(content: bytes) -> str:
    """The API's own word for it, such as `invalid_state`."""
    try:
        detail = json.loads(content)["detail"]
    except (ValueError, KeyError, TypeError):
        return ""
    if isinstance(detail, dict):
        return str(detail.get("reason", ""))
    return detail if isinstance(detail, str) else "the body is refused"


def _now() -> str:
    return datetime.now(UTC).isoformat()
