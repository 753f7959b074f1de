"""The endpoint in a container of its own, as a local stack runs it, and real boto3 clients for it."""

from __future__ import annotations

import json
import secrets
import socket
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

import airflow_ecs_image
from airflow_ecs_image.engine import Engine
from airflow_ecs_image.spec.label_names import LOCAL, LOCAL_TASK
from tests.waiting import until

from .conformance import check_answers
from .stack_words import CLUSTER, NETWORK, REGION, configuration, definition

_PACKAGE = Path(airflow_ecs_image.__file__).parent
_CONFIGURATION = "/etc/ecs-endpoint/configuration.json"


@dataclass(frozen=True)
class EndpointContainer:
    """A running endpoint; `image` is what its tasks run unless another is named."""

    stack: str
    url: str
    image: str

    @property
    def container(self) -> str:
        """The name of its container."""
        return f"{self.stack}-ecs"

    def client(self, **options: Any) -> Any:
        """A boto3 client that takes only what the model of ECS has; it tries once."""
        client = boto3.client(
            "ecs",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="any",
            aws_secret_access_key="any",
            config=Config(**{"retries": {"total_max_attempts": 1}, **options}),
        )
        check_answers(client)
        return client

    def get(self, path: str) -> Any:
        """A document of the admin API."""
        return json.loads(self.read(path))

    def read(self, path: str) -> bytes:
        """An answer of the admin API as it is."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=20) as response:
            content: bytes = response.read()
            return content

    def faults(self, **faults: Any) -> Any:
        """Put these faults in force."""
        request = urllib.request.Request(
            f"{self.url}/local/faults", data=json.dumps(faults).encode(), method="PUT"
        )
        with urllib.request.urlopen(request, timeout=20) as response:
            return json.loads(response.read())

    def log(self, arn: str) -> str:
        """What a task wrote, without the times."""
        lines = self.read(f"/local/tasks/{task_id(arn)}/log").decode().splitlines()
        return "\n".join(line.partition(" ")[2] for line in lines)

    def register(self, family: str, *containers: Mapping[str, Any], **members: Any) -> str:
        """Register a Fargate task definition; without containers it has one, `main`, that prints its words."""
        made = self.client().register_task_definition(
            **definition(family, *(containers or [{"name": "main"}]), image=self.image, **members)
        )
        arn: str = made["taskDefinition"]["taskDefinitionArn"]
        return arn

    def run(self, family: str, command: str | None = None, **members: Any) -> str:
        """Run a task; `command` is a line of bash for the container `main`. Returns its ARN."""
        if command is not None:
            override = {"name": "main", "command": ["bash", "-c", command]}
            overrides = dict(members.pop("overrides", {}))
            (more,) = overrides.pop("containerOverrides", [{}])
            members["overrides"] = {**overrides, "containerOverrides": [{**more, **override}]}
        answer = self.client().run_task(
            **{
                "cluster": CLUSTER,
                "taskDefinition": family,
                "launchType": "FARGATE",
                "networkConfiguration": NETWORK,
                **members,
            }
        )
        assert answer["failures"] == []
        arn: str = answer["tasks"][0]["taskArn"]
        return arn

    def task(self, arn: str) -> dict[str, Any]:
        """A task as boto3 has it."""
        answer = self.client().describe_tasks(cluster=CLUSTER, tasks=[arn], include=["TAGS"])
        assert answer["failures"] == []
        (task,) = answer["tasks"]
        return dict(task)

    def until_status(self, arn: str, *statuses: str, seconds: float = 60) -> dict[str, Any]:
        """Wait for one of these statuses; the task in it."""
        until(lambda: self.task(arn)["lastStatus"] in statuses, " or ".join(statuses), seconds=seconds)
        return self.task(arn)

    def until_logged(self, arn: str, text: str) -> None:
        """Wait until a task has written it."""
        until(lambda: text in self.log(arn), f"'{text}' in the log of the task", seconds=60)

    def stopped(self, arn: str) -> dict[str, Any]:
        """Wait for the end of a task."""
        return self.until_status(arn, "STOPPED")

    def docker(self, *arguments: str) -> str:
        """A docker command on its container."""
        return Engine().docker(*arguments, self.container)

    def until_ready(self) -> None:
        """Wait until it answers."""
        until(self._answers, f"an answer of the endpoint; it says: {self._own_log()}", seconds=30)

    def own_log(self) -> str:
        """The endpoint's own log."""
        return self._own_log()

    def _own_log(self) -> str:
        completed = Engine().complete("container", "logs", self.container)
        return (completed.stdout + completed.stderr).decode()

    def _answers(self) -> bool:
        try:
            return bool(self.get("/local/health")["ok"])
        except OSError:
            return False

    def containers_of(self, arn: str) -> list[dict[str, Any]]:
        """What the engine says of the containers of a task."""
        names = Engine().docker(
            *("container", "ls", "--all", "--quiet", "--no-trunc"),
            *("--filter", f"label={LOCAL_TASK}={task_id(arn)}"),
        )
        if not names:
            return []
        found: list[dict[str, Any]] = json.loads(Engine().docker("container", "inspect", *names.split()))
        return found


def task_id(arn: str) -> str:
    """The id at the end of the ARN of a task."""
    return arn.rpartition("/")[2]


@contextmanager
def endpoint_container(
    folder: Path, *, own_image: str, task_image: str, **changes: Any
) -> Iterator[EndpointContainer]:
    """Run one until the end of the block; then nothing of it is left: no container, network or volume.

    `changes` are made to the configuration, which lies in `folder`.
    """
    stack = f"ecs-endpoint-test-{secrets.token_hex(4)}"
    file = folder / f"{stack}.json"
    file.write_text(json.dumps(configuration(stack, **changes)), encoding="utf-8")
    # A port of its choice would be another one after each restart.
    port = _free_port()
    engine = Engine()
    engine.docker("network", "create", "--label", f"{LOCAL}={stack}", stack)
    volumes = [
        f"{_PACKAGE / '__init__.py'}:/package/airflow_ecs_image/__init__.py:ro",
        f"{_PACKAGE / 'local/__init__.py'}:/package/airflow_ecs_image/local/__init__.py:ro",
        f"{_PACKAGE / 'local/endpoint'}:/package/airflow_ecs_image/local/endpoint:ro",
        f"{file}:{_CONFIGURATION}:ro",
        "/var/run/docker.sock:/var/run/docker.sock",
        f"{stack}-state:/state",
    ]
    endpoint = EndpointContainer(stack, f"http://127.0.0.1:{port}", task_image)
    try:
        engine.docker("volume", "create", "--label", f"{LOCAL}={stack}", f"{stack}-state")
        engine.docker(
            *("container", "run", "--detach", "--pull", "never", "--name", endpoint.container),
            *("--label", f"{LOCAL}={stack}", "--network", stack, "--network-alias", "ecs"),
            *("--link-local-ip", "169.254.170.2", "--publish", f"127.0.0.1:{port}:8000", "--user", "0:0"),
            *(word for volume in volumes for word in ("--volume", volume)),
            *("--env", "PYTHONPATH=/package", "--env", "PYTHONDONTWRITEBYTECODE=1"),
            *("--entrypoint", "python3", own_image, "-m", "airflow_ecs_image.local.endpoint", _CONFIGURATION),
        )
        endpoint.until_ready()
        yield endpoint
    finally:
        remove_stack(stack)


def remove_stack(stack: str) -> None:
    """Remove all that carries the label of a stack."""
    engine = Engine()
    selected = ("--filter", f"label={LOCAL}={stack}", "--quiet")
    # The endpoint first: it must not start what waits.
    engine.complete("container", "rm", "--force", f"{stack}-ecs")
    if containers := engine.docker("container", "ls", "--all", *selected).split():
        engine.docker("container", "rm", "--force", "--volumes", *containers)
    for volume in engine.docker("volume", "ls", *selected).split():
        engine.docker("volume", "rm", "--force", volume)
    engine.docker("network", "rm", stack)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
