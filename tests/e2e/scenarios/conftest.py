"""One stack for each line of Airflow, shared by all scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.stacks import LINES, local_stack
from tests.image.worker_images import KEPT_REPOSITORY, build_project, source_pairs

from .line import ATTEMPTS, Line
from .preparation import dag_folder, line_of

_SLOTS = 2
_NAMES = {major: f"airflow-{major}" for major in LINES}
# Airflow's configuration reference: how soon a scheduler or a worker that says nothing is taken for dead.
_SHORT_WAITS = {
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    # The names of the same two on Airflow 2.
    "AIRFLOW__SCHEDULER__SCHEDULER_ZOMBIE_TASK_THRESHOLD": "30",
    "AIRFLOW__SCHEDULER__ZOMBIE_DETECTION_INTERVAL": "5",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One line after the other, and in each what ends services comes after what they serve: an endpoint without its files
    forgets what has no container.
    """
    own = [item for item in items if item.path.is_relative_to(Path(__file__).parent)]
    places = [position for position, item in enumerate(items) if item in own]
    own.sort(key=lambda item: (f"[{_NAMES[2]}" in item.nodeid, "test_interruptions" in item.nodeid))
    for position, item in zip(places, own, strict=True):
        items[position] = item


@pytest.fixture(scope="session", params=sorted(LINES, reverse=True), ids=_NAMES.get)
def line(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A stack of that line with the scenarios baked into its image; all that run together are on their way."""
    project = tmp_path_factory.mktemp("project")
    dag_folder(project / "dags", "baked")
    airflow, python = source_pairs()[LINES[request.param]]
    image = build_project(
        project,
        tag=f"scenarios-{airflow}",
        repository=KEPT_REPOSITORY,
        base="source",
        airflow_version=airflow,
        python_version=python,
    )
    settings = {**_SHORT_WAITS, "AIRFLOW__AWS_ECS_EXECUTOR__MAX_RUN_TASK_ATTEMPTS": str(ATTEMPTS)}
    with local_stack(image, project, dag_source="baked", slots=_SLOTS, settings=settings) as running:
        yield line_of(running, tmp_path_factory.mktemp("sources"))
