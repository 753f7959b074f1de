"""The executor package's own ECS behaviour: the real executor object in a worker image, on both lines of Airflow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.ecs.control_plane_environment import Component, component_environment
from airflow_ecs_image.engine import containers
from airflow_ecs_image.spec import EcsSpec, ImageSpec
from tests.image.conftest import build_source_image
from tests.image.executor_configurations import SECRETS
from tests.image.worker_images import DEFAULT_NAME, WorkerImage, source_pairs

from .endpoint_container import EndpointContainer, endpoint_container
from .stack_words import CLUSTER, REGION, awslogs

SCRIPT = Path(__file__).with_name("inside_executor.py").read_text(encoding="utf-8")
IN_CONTAINERS = (
    *("healthy", "wrong cluster", "endpoint down", "success", "failure", "missing image"),
    *("unknown task definition", "throttled", "no capacity", "missing", "terminated"),
)
AIRFLOW_2 = next(name for name, (airflow, _) in source_pairs().items() if airflow.startswith("2."))


def executor_environment(image: WorkerImage) -> dict[str, str]:
    """What `ecs env` makes, and what a local stack adds."""
    spec = ImageSpec(airflow_version=image.airflow, python_version=image.python)
    ecs = EcsSpec(
        region=REGION,
        cluster=CLUSTER,
        subnets=("subnet-0a",),
        security_groups=("sg-0a",),
        task_definition="worker",
        remote_logs="s3://airflow-logs/tasks",
    )
    made = component_environment(spec, ecs, Component.ALL)
    return {
        **made.variables,
        **{name: SECRETS[name] for name in made.secrets},
        "AWS_ENDPOINT_URL_ECS": "http://ecs:8000",
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        # One call is one attempt of the executor: boto3 would try four times more by itself.
        "AWS_MAX_ATTEMPTS": "1",
    }


def answers_of(endpoint: EndpointContainer, image: WorkerImage, scenarios: tuple[str, ...]) -> dict[str, Any]:
    done = containers.run(
        image.tag,
        ["python", "-"],
        stdin=SCRIPT,
        timeout=300,
        network=endpoint.stack,
        environment={**executor_environment(image), "SCENARIOS": ",".join(scenarios)},
    )
    assert done.exit_code == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module", params=[DEFAULT_NAME, AIRFLOW_2])
def image(request: pytest.FixtureRequest, project: Path) -> WorkerImage:
    """A worker image of each line of Airflow."""
    return build_source_image(project, request.param)


@pytest.fixture(scope="module")
def stack(
    worker_image: WorkerImage, debian: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EndpointContainer]:
    """An endpoint that knows the task definition of the executor, and one whose image is missing."""
    folder = tmp_path_factory.mktemp("executor")
    with endpoint_container(folder, own_image=worker_image.tag, task_image=debian) as running:
        worker = {"name": "airflow", "logConfiguration": awslogs()}
        running.register("worker", worker)
        running.register("missing-image", {**worker, "image": "none:1"})
        yield running


@pytest.fixture(scope="module")
def answers(stack: EndpointContainer, image: WorkerImage) -> dict[str, Any]:
    """One container for all of an image."""
    return answers_of(stack, image, IN_CONTAINERS)


def test_the_health_check(answers: dict[str, Any]) -> None:
    assert answers["healthy"] == "healthy"
    assert answers["wrong cluster"].startswith(
        "AirflowException: ECS Executor health check has failed because: Cluster not found."
    )
    assert "failed because: Could not connect to the endpoint URL" in answers["endpoint down"]


@pytest.mark.parametrize(
    ("scenario", "state"),
    [
        ("success", "success"),
        ("failure", "failed"),
        ("missing image", "failed"),
        ("unknown task definition", "failed"),
    ],
)
def test_the_state_that_the_executor_makes_of_an_end(
    answers: dict[str, Any], scenario: str, state: str
) -> None:
    assert answers[scenario].rpartition(".")[2].lower() == state


def test_backoff_and_attempts_when_throttled(answers: dict[str, Any]) -> None:
    throttled = answers["throttled"]
    assert throttled["delays"] == [4, 16]
    assert throttled["calls"] == 3
    assert throttled["state"].rpartition(".")[2].lower() == "success"


def test_backoff_and_attempts_without_capacity(answers: dict[str, Any]) -> None:
    assert answers["no capacity"]["delays"] == [4, 16]
    assert answers["no capacity"]["calls"] == 3
    assert answers["no capacity"]["state"].rpartition(".")[2].lower() == "failed"


def test_a_missing_task_is_tried_again(answers: dict[str, Any]) -> None:
    assert answers["missing"] == {"attempt": 2, "active": 0}


def test_terminate_stops_tasks(answers: dict[str, Any]) -> None:
    assert answers["terminated"]["reason"] == "Airflow Executor received a SIGTERM"
    assert answers["terminated"]["state"].rpartition(".")[2].lower() == "failed"


def test_batches_of_99(worker_image: WorkerImage, debian: str, tmp_path: Path) -> None:
    with endpoint_container(
        tmp_path,
        own_image=worker_image.tag,
        task_image=debian,
        mode="simulated",
        slots=100,
        simulation={"place_seconds": 3600},
    ) as simulated:
        simulated.register("worker", {"name": "airflow"})

        (answer,) = answers_of(simulated, worker_image, ("batches",)).values()

        assert answer["health"] == {
            "ok": True,
            "mode": "simulated",
            "slots": 100,
            "running": 100,
            "provisioning": 20,
        }
        assert (answer["active"], answer["calls"], answer["largest"]) == (120, 2, 99)
        # That of the health check, and one for each task.
        assert answer["stopped"] == 121
        assert {task["stopCode"] for task in simulated.get("/local/tasks")["tasks"]} == {"UserInitiated"}
