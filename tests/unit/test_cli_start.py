"""The command line starts fast: what is slow to import waits until it is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SLOW = (
    "rich",
    "jinja2",
    "docker",
    "boto3",
    "botocore",
    "requests",
    "urllib3",
    "asyncio",
    "pytest",
    "http.client",
)


def imported_by(statement: str) -> set[str]:
    """The modules that a fresh interpreter holds after the statement."""
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys\nprint('MODULES', *sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(done.stdout.rpartition("MODULES ")[2].split())


@pytest.mark.parametrize(
    "statement",
    [
        "import airflow_ecs_image.cli",
        "from airflow_ecs_image.cli import run; run(['--help'])",
        "from airflow_ecs_image.cli import run; run(['build', '--help'])",
        "from airflow_ecs_image.cli import run; run(['--tag', 'A'])",
        "from airflow_ecs_image.cli import run; run(['dags', 'push', '--help'])",
        "from airflow_ecs_image.cli import run; run(['dags', 'list', 's3://b'])",
    ],
)
def test_nothing_slow_is_imported(statement: str) -> None:
    assert not imported_by(statement).intersection(SLOW)


def test_a_verb_imports_only_itself() -> None:
    modules = imported_by("from airflow_ecs_image.cli import run; run(['check', '--help'])")
    assert "airflow_ecs_image.cli.check" in modules
    assert "airflow_ecs_image.cli.build" not in modules
    assert "pydantic" not in modules


def test_from_any_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "airflow_ecs_image", "--version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
