"""One stack for each line of Airflow, shared by all scenarios."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from airflow_ecs_image.local.model import Keys, Stack

from .line import Line
from .preparation import line_of


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    content = json.loads(Path(os.environ["LINE_STACK"]).read_text())
    stack = Stack(keys=Keys("local", "localsecret1234"), **content)
    return line_of(stack, tmp_path_factory.mktemp("dags"))
