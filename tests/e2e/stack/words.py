"""What the tests here ask a stack, in their words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from airflow_ecs_image.local.http_service import HttpService
from airflow_ecs_image.local.model import Stack

from .conftest import Shared

ROOT = Path(__file__).resolve().parents[3]
WORD = "a-word-that-only-the-command-holds"


def local(shared: Shared, *arguments: str) -> Any:
    """The JSON document of a `local` verb."""
    command = [sys.executable, "-m", "airflow_ecs_image", "local", *arguments, "--json"]
    # A proxy that leads nowhere: what is on this machine is reached without.
    environment = {**os.environ, "HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    ended = subprocess.run(
        [*command, "--name", shared.request.name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert ended.returncode == 0, ended.stderr
    assert WORD not in ended.stderr
    return json.loads(ended.stdout)


def dag_ids(stack: Stack) -> set[str]:
    """The DAGs that Airflow's API knows."""
    if stack.major == 2:
        answer = HttpService(stack.airflow_url, "Airflow").json("GET", "/api/v1/dags")
    else:
        service = HttpService(stack.airflow_url, "Airflow")
        token = service.json("GET", "/auth/token")["access_token"]
        answer = service.json("GET", "/api/v2/dags", headers={"Authorization": f"Bearer {token}"})
    found: Any = answer["dags"]
    return {each["dag_id"] for each in found}


def write_dag(project: Path, file: str, dag_id: str) -> None:
    """Add a DAG to the DAG folder."""
    text = (project / "dags/fargate_dag.py").read_text(encoding="utf-8")
    (project / "dags" / file).write_text(text.replace("FARGATE-DAG", dag_id), encoding="utf-8")
