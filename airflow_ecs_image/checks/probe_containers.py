"""Runs the probes in containers of the image under test, through its own ENTRYPOINT."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_ecs_image.checks.credential_patterns import redacted
from airflow_ecs_image.checks.evidence import Termination
from airflow_ecs_image.checks.model import NotProven, NotRunnable
from airflow_ecs_image.checks.probe_script import Answer, probe_script, probe_source
from airflow_ecs_image.checks.worker_commands import WORKLOAD_JSON
from airflow_ecs_image.engine import containers
from airflow_ecs_image.engine.client import DockerError, Engine
from airflow_ecs_image.engine.images import ImageDetails
from airflow_ecs_image.errors import PlatformUnavailable

_EMULATION_SLOWDOWN = 10
_CONTAINER_SECONDS = 600.0
_READY_SECONDS = 30.0
_STOP_SECONDS = 10.0

# An empty S3_URI keeps the entrypoint from fetching DAGs, and a count of 0 from waiting for a database; the
# last one keeps bytecode from appearing that the image does not hold.
_ENVIRONMENT = {"S3_URI": "", "CONNECTION_CHECK_MAX_COUNT": "0", "PYTHONDONTWRITEBYTECODE": "1"}
_WRONG_MACHINE = "exec format error"
_MEND = "the ENTRYPOINT must start `python` with the arguments it is given"


@dataclass(frozen=True)
class ProbeContainers:
    """The image to run. Every method raises NotProven when its containers cannot tell, NotRunnable when this
    machine lacks the emulation."""

    details: ImageDetails
    emulated: bool
    engine: Engine

    def seconds(self, native: float) -> float:
        """A time limit; longer where another processor is emulated."""
        return native * _EMULATION_SLOWDOWN if self.emulated else native

    def ask(
        self,
        sections: Mapping[str, Mapping[str, Any]],
        *,
        user: str | None = None,
        dags: tuple[str, bytes] | None = None,
    ) -> Answer:
        """What the probes say, each with its arguments, as the image's own user or another.

        `dags` is a folder and the tar archive of what it holds in the place of the image's own DAGs.
        """
        script = probe_script(sections)
        of_dags = {} if dags is None else {"AIRFLOW__CORE__DAGS_FOLDER": dags[0]}
        try:
            completed = containers.run(
                self.details.id,
                ["python", "-", WORKLOAD_JSON],
                stdin=script.text,
                timeout=self.seconds(_CONTAINER_SECONDS),
                platform=self.details.platform,
                environment=_ENVIRONMENT | of_dags,
                user=user,
                contents={} if dags is None else dict([dags]),
                engine=self.engine,
            )
        except PlatformUnavailable:
            raise NotRunnable(self.details.platform) from None
        answer = script.answer(completed.stdout)
        if answer is None:
            raise self._not_started(completed.stderr, completed.exit_code)
        return answer

    def terminate(self) -> Termination:
        """How a Python program behind the entrypoint meets SIGTERM."""
        began = time.monotonic()
        wait = self.seconds(_STOP_SECONDS)
        with self._started() as container:
            self._until_ready(container)
            sent = time.monotonic()
            container.kill("TERM")
            exit_code: int | None
            try:
                exit_code = container.wait(wait)
            except containers.ContainerTimedOut:
                exit_code = None
            ended = time.monotonic()
            output = tuple(container.logs().stdout.split())
        return Termination(output, exit_code, ended - sent, wait, ended - began)

    def _started(self) -> containers.Container:
        try:
            return containers.start(
                self.details.id,
                ["python", "-c", probe_source("termination")],
                platform=self.details.platform,
                environment=_ENVIRONMENT,
                network="none",
                engine=self.engine,
            )
        except DockerError as error:
            raise self._not_started(error.stderr or error.message, None) from None

    def _until_ready(self, container: containers.Container) -> None:
        limit = self.seconds(_READY_SECONDS)
        deadline = time.monotonic() + limit
        while True:
            running = container.state().running
            logs = container.logs()
            if "ready" in logs.stdout.split():
                return
            if not running:
                raise self._not_started(logs.stderr, logs.exit_code)
            if time.monotonic() > deadline:
                raise NotProven(
                    f"a Python program is not there {limit:g} s after the image's ENTRYPOINT", _MEND
                )
            time.sleep(0.05)

    def _not_started(self, complaint: str, exit_code: int | None) -> NotProven:
        if _WRONG_MACHINE in complaint:
            return NotRunnable(self.details.platform)
        words = [line.strip() for line in complaint.splitlines() if line.strip()]
        reason = f": {redacted(words[-1])}" if words else ""
        how = "does not start" if exit_code is None else f"ends with exit code {exit_code}"
        return NotProven(f"`python` through the image's ENTRYPOINT {how}{reason}", _MEND)
