"""One stack for all tests here: they come in the order of the files, and leave it running."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.local.model import Stack
from airflow_ecs_image.local.stack import StackRequest, down, up
from airflow_ecs_image.local.stack.finding import service_containers
from tests.e2e.stacks import example_image, example_project, quiet, request_for


@dataclass
class Shared:
    """The stack as it was asked for last."""

    request: StackRequest

    def up(self, **changes: Any) -> Stack:
        """Ask for it again, with changes."""
        self.request = replace(self.request, **changes)
        return up(self.request, quiet())

    def containers(self) -> dict[str, str]:
        """The ids of its services that run."""
        found = service_containers(self.request.name)
        return {name: each.id for name, each in found.items() if each.running}


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose DAGs are the examples, and which tests add to."""
    return example_project(tmp_path_factory.mktemp("stack-project"))


@pytest.fixture(scope="session")
def shared(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """Airflow 3, with DAGs in S3."""
    request = request_for(example_image(3, tmp_path_factory.mktemp("airflow-3")), project, slots=2)
    stack = Shared(request)
    try:
        stack.up()
        yield stack
    finally:
        down(request.name, quiet())
