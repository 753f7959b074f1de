"""Pydantic builds the models of a worker when they are used, and those of a task at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from .start import AIRFLOW_3, install, python, write

_PROGRAM = """
import os
from pydantic import BaseModel

class Early(BaseModel):
    number: int

print(Early.__pydantic_complete__, flush=True)

def later():
    class Late(BaseModel):
        number: int
    print(Late.__pydantic_complete__, Early(number="1").number, Early.__pydantic_complete__, flush=True)

if not os.fork():
    later()
    os._exit(0)
os.wait()
later()
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    packages = tmp_path / "packages"
    install(packages, "model_builds")
    write(packages, "airflow/sdk/execution_time/execute_workload.py", _PROGRAM)
    write(packages, "airflow/sdk/execution_time/other.py", _PROGRAM)
    return packages


def test_until_the_fork(packages: Path) -> None:
    assert python(packages, *AIRFLOW_3) == ["False", "True 1 True", "True 1 True"]


def test_other_commands_are_left_alone(packages: Path) -> None:
    assert python(packages, "-m", "airflow.sdk.execution_time.other")[0] == "True"
