"""What the scenarios need of a stack beside what it has: task definitions of their own, and DAGs in S3."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

from airflow_ecs_image.console import Console
from airflow_ecs_image.dags.location import location
from airflow_ecs_image.dags.packing import pack_dag_folder
from airflow_ecs_image.dags.publishing import publish
from airflow_ecs_image.dags.store import Store
from airflow_ecs_image.local.dag_run.running import airflow_of
from airflow_ecs_image.local.model import Stack
from airflow_ecs_image.local.s3 import s3_client
from airflow_ecs_image.resources import resource
from airflow_ecs_image.spec import load_spec

from .airflow_words import AirflowWords
from .line import Line

DAGS = Path(__file__).parent / "dags"
EXAMPLES = ("fargate_dag.py", "hybrid_dag.py")
TOGETHER = (
    # What the engine must be asked about while it is there comes first.
    "SCENARIO-OVERRIDES",
    "FARGATE-DAG",
    "HYBRID-DAG",
    "SCENARIO-REFUSED",
    "SCENARIO-MAPPED",
    "SCENARIO-DEFERRING",
    "SCENARIO-IMPORTS",
    "SCENARIO-SOURCES",
    "SCENARIO-FAILING",
    "SCENARIO-OUT-OF-MEMORY",
)
"""The DAGs that are started together: their tests wait for one another's containers."""

_DAG_FOLDER = "/opt/airflow/dags"
_MISSING_IMAGE = "127.0.0.1:9/scenario/nowhere:1"
_BUCKET, _PREFIX = "airflow-dags", "scenarios"


def dag_folder(folder: Path, origin: str) -> Path:
    """A folder with the DAGs of the scenarios and the examples; `origin` is what its file says it is."""
    shutil.copytree(DAGS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in EXAMPLES:
        shutil.copy(resource("dags_example") / name, folder)
    (folder / "origin.txt").write_text(f"{origin}\n", encoding="utf-8")
    return folder


def line_of(stack: Stack, folder: Path) -> Line:
    """The line of a stack whose image holds `dag_folder(…, "baked")`; all runs of TOGETHER are on their way."""
    line = Line(
        stack,
        AirflowWords(airflow_of(stack, _DAG_FOLDER)),
        s3_client(stack),
    )
    _upload(line, folder)
    _register(line)
    line.airflow.wait_for_dags({*TOGETHER, "SCENARIO-WAITING", "SCENARIO-CLEANUP"})
    line.begin(TOGETHER)
    line.look_at_limits(line.runs["SCENARIO-OVERRIDES"])
    return line


def _upload(line: Line, folder: Path) -> None:
    """The same DAGs, below a prefix and as an archive, each with its own `origin.txt`."""
    plain = dag_folder(folder / "plain", "s3")
    for path in plain.iterdir():
        line.s3.upload_file(str(path), _BUCKET, f"{_PREFIX}/plain/{path.name}")
    dag_folder(folder / "archive", "archive")
    console = Console(stream=io.StringIO(), environment={})
    packed = pack_dag_folder(load_spec({"host_dag_path": "archive"}, {}, folder), folder, console)
    store = Store(location(f"s3://{_BUCKET}/{_PREFIX}/archive"), line.s3)
    publish(store, packed.archive, None, keep=None, console=console)


def _register(line: Line) -> None:
    """Task definitions that differ from the stack's own in one thing each."""
    ecs = line.ecs()
    own = ecs.describe_task_definition(taskDefinition=line.own_task_definition())["taskDefinition"]
    base = {
        name: own[name]
        for name in (
            *("requiresCompatibilities", "networkMode", "cpu", "memory", "runtimePlatform"),
            *("executionRoleArn", "taskRoleArn", "containerDefinitions", "volumes"),
        )
        if own.get(name)
    }

    def register(family: str, s3_uri: str | None = None, **changes: Any) -> None:
        container = {**base["containerDefinitions"][0], **changes}
        if s3_uri is not None:
            others = [variable for variable in container["environment"] if variable["name"] != "S3_URI"]
            container["environment"] = [*others, {"name": "S3_URI", "value": s3_uri}]
        ecs.register_task_definition(**{**base, "family": family, "containerDefinitions": [container]})

    register("scenario-dags-baked", "")
    register("scenario-dags-s3", f"s3://{_BUCKET}/{_PREFIX}/plain")
    register("scenario-dags-archive", f"s3://{_BUCKET}/{_PREFIX}/archive/latest.sha256")
    register("scenario-image-missing", image=_MISSING_IMAGE)
    register("scenario-another-container", name="stranger")
