"""The services of a local stack under the scenarios: they are ended, started again and asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from airflow_ecs_image.engine import Engine
from airflow_ecs_image.local.endpoint_admin import EndpointAdmin
from airflow_ecs_image.local.model import Stack
from airflow_ecs_image.local.stack.names import ECS_PORT
from tests.e2e.stacks import ecs_client
from tests.waiting import until


@dataclass
class StackServices:
    """A stack that runs."""

    stack: Stack

    def endpoint(self) -> EndpointAdmin:
        """The endpoint's own side, at its address of now: a restart may have changed the port."""
        return EndpointAdmin(self._ecs_url())

    def ecs(self) -> Any:
        """ECS by boto3, at the same address."""
        return ecs_client(self.stack, self._ecs_url())

    def kill(self, service: str) -> None:
        """SIGKILL."""
        Engine().docker("container", "kill", self._name(service))

    def start(self, service: str) -> None:
        """Start it again, and wait until the endpoint answers if it is that."""
        Engine().docker("container", "start", self._name(service))
        if service == "ecs":
            until(self._endpoint_answers, "the endpoint", seconds=60)

    def restart(self, service: str) -> None:
        """SIGTERM, and start it again."""
        Engine().docker("container", "stop", self._name(service))
        self.start(service)

    def empty_state_of_endpoint(self) -> None:
        """Remove what the endpoint keeps in its volume; the container must not run."""
        name = self._name("ecs")
        image = Engine().docker("container", "inspect", "--format", "{{.Config.Image}}", name).strip()
        Engine().docker(
            *("run", "--rm", "--volumes-from", name, "--entrypoint", "find", image),
            *("/state", "-mindepth", "1", "-delete"),
        )

    def scheduler_log(self) -> str:
        """All that the scheduler has printed."""
        output = Engine().complete("container", "logs", self._name("scheduler"))
        return (output.stdout + output.stderr).decode(errors="replace")

    def own_task_definition(self) -> str:
        """The task definition that the executor of the stack runs."""
        content = json.loads(Engine().docker("container", "inspect", self._name("scheduler")))[0]["Config"][
            "Env"
        ]
        name = "AIRFLOW__AWS_ECS_EXECUTOR__TASK_DEFINITION="
        found: list[str] = [one.removeprefix(name) for one in content if one.startswith(name)]
        return found[0]

    def _name(self, service: str) -> str:
        return f"{self.stack.name}-{service}"

    def _ecs_url(self) -> str:
        published = Engine().docker("container", "port", self._name("ecs"), f"{ECS_PORT}/tcp")
        return f"http://{published.split()[0]}"

    def _endpoint_answers(self) -> bool:
        try:
            return bool(self.endpoint().health()["ok"])
        except Exception:  # noqa: BLE001 - whatever it is, it does not answer yet
            return False
