"""The worker of Airflow 2: what `airflow tasks run --local` writes into Airflow's database.

A worker of Airflow 2 has no API; it changes the rows of its task instance and of its job. This one makes the same changes by
psql, one session for each thread that works for workers: job and state `running`, heartbeats of the job, state `success`.
Not simulated: the dependencies that a worker checks again, the rendered fields, events, XComs and the mini scheduler.
"""

from __future__ import annotations

import os
import subprocess
import threading
import urllib.parse
from collections.abc import Mapping

from .worker import WorkerRefused
from .workload import Workload

_END = "airflow-ecs-image: end of answer"
_of_this_thread = threading.local()

# `:'name'` is psql's: the value of a variable as a literal. OWN stands for the worker's own task instance.
_OWN = "dag_id = :'dag' AND task_id = :'task' AND run_id = :'run' AND map_index = :'index'::int"
_BEGIN = """
WITH made AS (
  INSERT INTO job (dag_id, state, job_type, start_date, latest_heartbeat, hostname, unixname)
  SELECT :'dag', 'running', 'LocalTaskJob', now(), now(), :'host', 'airflow'
  WHERE EXISTS (SELECT 1 FROM task_instance WHERE OWN AND state = 'queued') RETURNING id)
UPDATE task_instance SET state = 'running', start_date = now(), end_date = NULL, duration = NULL,
  job_id = made.id, hostname = :'host', unixname = 'airflow', pid = 7, updated_at = now()
FROM made WHERE OWN AND state = 'queued' RETURNING made.id, try_number;
""".replace("OWN", _OWN)
_HEARTBEAT = """
UPDATE job SET latest_heartbeat = now() WHERE id = :'job'::int AND EXISTS
  (SELECT 1 FROM task_instance WHERE OWN AND state = 'running' AND job_id = :'job'::int) RETURNING id;
""".replace("OWN", _OWN)
_SUCCEED = """
WITH ended AS (UPDATE job SET state = 'success', end_date = now() WHERE id = :'job'::int)
UPDATE task_instance SET state = 'success', end_date = now(), updated_at = now(),
  duration = extract(epoch FROM now() - start_date)
WHERE OWN AND state = 'running' AND job_id = :'job'::int RETURNING job_id;
""".replace("OWN", _OWN)


class DatabaseWorker:
    """One task instance of Airflow 2."""

    def __init__(self, workload: Workload, host: str) -> None:
        self._address = workload.address
        self._values = {
            "dag": workload.dag_id,
            "task": workload.task_id,
            "run": workload.run_id,
            "index": str(workload.map_index),
            "host": host,
        }
        self.try_number = 0

    def begin(self) -> None:
        """Make the job, and the task instance running if it is queued; else refuse, as a worker does, which then ends with 0."""
        job, _, number = self._run(_BEGIN).partition("|")
        if not job.isdecimal() or not number.isdecimal():
            raise WorkerRefused("run: the task instance is not queued", exit_code=0)
        self._values["job"], self.try_number = job, int(number)

    def heartbeat(self) -> None:
        """The job's heartbeat, if the task instance is still this worker's to run."""
        if not self._run(_HEARTBEAT):
            raise WorkerRefused("heartbeat: the task instance is no longer running here", exit_code=0)

    def succeed(self) -> None:
        """Task instance and job have succeeded."""
        if not self._run(_SUCCEED):
            raise WorkerRefused("state: the task instance is no longer running here", exit_code=0)

    def _run(self, statement: str) -> str:
        """The first line of the answer, columns between `|`; empty when no row was met."""
        session: _Session | None = getattr(_of_this_thread, "session", None)
        try:
            if session is None or session.address != self._address:
                session = _of_this_thread.session = _Session(self._address)
            return session.run(statement, self._values)
        except (OSError, ValueError):
            if session is not None:
                session.end()
            _of_this_thread.session = None
            raise WorkerRefused("the database does not answer") from None


class _Session:
    """One psql process. ON_ERROR_STOP ends it on the first error, which is the end of its output."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._process = subprocess.Popen(
            ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **connection_variables(address)},
        )

    def run(self, statement: str, values: Mapping[str, str]) -> str:
        """Raises OSError or ValueError when psql has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        settings = "".join(f"\\set {name} {_quoted(value)}\n" for name, value in values.items())
        self._process.stdin.write(f"{settings}{statement}\n\\echo {_quoted(_END)}\n")
        self._process.stdin.flush()
        lines: list[str] = []
        for line in self._process.stdout:
            if line.rstrip("\n") == _END:
                return lines[0] if lines else ""
            lines.append(line.rstrip("\n"))
        raise ValueError("psql has ended")

    def end(self) -> None:
        """End psql."""
        self._process.kill()
        self._process.communicate()


def connection_variables(address: str) -> dict[str, str]:
    """The variables of libpq for SQLAlchemy's connection string: no process list shows them."""
    url = urllib.parse.urlsplit(address)
    found = {
        "PGHOST": url.hostname or "",
        "PGPORT": str(url.port or 5432),
        "PGUSER": urllib.parse.unquote(url.username or ""),
        "PGPASSWORD": urllib.parse.unquote(url.password or ""),
        "PGDATABASE": urllib.parse.unquote(url.path.lstrip("/")),
        "PGCONNECT_TIMEOUT": "30",
        "PGOPTIONS": "-c statement_timeout=60s",
    }
    return {name: value for name, value in found.items() if value}


def _quoted(value: str) -> str:
    """A word of psql's own commands (psql manual, "Meta-Commands": C-like escapes)."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
