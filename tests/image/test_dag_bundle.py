"""DAGs that Airflow 3 downloads by itself, as a DAG bundle: nothing is fetched before the worker, nothing is in the image."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_ecs_image.engine import containers
from airflow_ecs_image.engine.containers import Completed
from airflow_ecs_image.resources import resource
from airflow_ecs_image.spec.label_names import OWN
from airflow_ecs_image.spec.rules.bundles import CONFIG_VARIABLE
from tests.s3.rclone_server import S3Server, serve_s3

from .bridge import bridge_address
from .control_plane import ControlPlane, control_plane
from .facts import gather_facts
from .worker_images import WorkerImage, build_project

BUCKET, PREFIX = "dag-bundle", "team/dags"
FILE = "fargate_dag.py"
DAG = resource(f"dags_example/{FILE}").read_text(encoding="utf-8")
PRINTED = "Task execution"


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """The bundle's prefix, and one beside it that begins with the same letters."""
    with serve_s3(tmp_path_factory.mktemp("s3") / "buckets", address=bridge_address()) as server:
        server.fill(
            BUCKET,
            {
                f"{PREFIX}/{FILE}": DAG.encode(),
                f"{PREFIX}/package/__init__.py": b"",
                f"{PREFIX}-of-others/{FILE}": b"raise SystemExit('of others')",
            },
        )
        yield server


@pytest.fixture(scope="module")
def bundle_image(project: Path) -> WorkerImage:
    """An image with a bundle by the name that a scheduler without bundles gives its DAG folder."""
    return build_project(project, tag="dag-bundle", base="source", dag_bundle=f"s3://{BUCKET}/{PREFIX}")


@pytest.fixture(scope="module")
def airflow(
    bundle_image: WorkerImage,
    s3: S3Server,
    root_filesystem_image: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[ControlPlane]:
    """A control plane with the same bundle, which the image configures."""
    context = tmp_path_factory.mktemp("control-plane")
    with control_plane(bundle_image, root_filesystem_image, context, s3.environment) as running:
        yield running


def run_worker(airflow: ControlPlane, tag: str, environment: dict[str, str]) -> Completed:
    """Let a fresh container run the task, by the command that the executor sends."""
    command = airflow.worker_command()
    environment = {**airflow.worker_environment, **environment}
    return containers.run(tag, command, network=airflow.network, environment=environment)


def log(worker: Completed) -> str:
    """All that the container wrote: on AWS the awslogs driver gets both."""
    return worker.stdout + worker.stderr


def test_the_image_holds_the_configuration_and_no_dags(bundle_image: WorkerImage, s3: S3Server) -> None:
    details = bundle_image.details
    facts = gather_facts(bundle_image.tag, "brief")

    assert details.labels[f"{OWN}.dag-source"] == "none"
    assert "S3_URI" not in details.environment
    assert facts.dag_bag["files"] == []
    (bundle,) = json.loads(facts.environment[CONFIG_VARIABLE])
    assert bundle["name"] == "dags-folder"
    assert bundle["kwargs"] == {"aws_conn_id": None, "bucket_name": BUCKET, "prefix": f"{PREFIX}/"}


def test_the_worker_downloads_the_dag_and_runs_it_to_success(
    airflow: ControlPlane, bundle_image: WorkerImage, s3: S3Server
) -> None:
    worker = run_worker(airflow, bundle_image.tag, s3.environment)

    assert airflow.task_state() == "success", log(worker)
    assert PRINTED in log(worker)
    assert "fetch-dags" not in log(worker)
    assert "AWS Connection ID" not in log(worker), "a connection was looked for"


def test_a_changed_file_of_the_same_size_reaches_the_next_container(
    airflow: ControlPlane, bundle_image: WorkerImage, s3: S3Server
) -> None:
    path, changed = s3.folder / BUCKET / PREFIX / FILE, PRINTED.swapcase()
    path.write_text(DAG.replace(PRINTED, changed), encoding="utf-8")
    assert path.stat().st_size == len(DAG.encode())
    try:
        worker = run_worker(airflow, bundle_image.tag, s3.environment)
    finally:
        path.write_text(DAG, encoding="utf-8")

    assert airflow.task_state() == "success", log(worker)
    assert changed in log(worker)
    assert PRINTED not in log(worker)


def test_the_name_is_all_that_has_to_be_the_scheduler_s(
    airflow: ControlPlane, default_image: WorkerImage
) -> None:
    """Its DAGs are in the image: Airflow's default bundle, of another class and the same name."""
    worker = run_worker(airflow, default_image.tag, {})

    assert airflow.task_state() == "success", log(worker)
    assert PRINTED in log(worker)


def test_under_another_name_the_task_fails_and_the_container_ends_with_0(
    airflow: ControlPlane, bundle_image: WorkerImage, s3: S3Server
) -> None:
    named = bundle_image.details.environment[CONFIG_VARIABLE].replace('"dags-folder"', '"team"')
    worker = run_worker(airflow, bundle_image.tag, {**s3.environment, CONFIG_VARIABLE: named})

    assert (worker.exit_code, airflow.task_state()) == (0, "failed")
    assert "Requested bundle 'dags-folder' is not configured." in log(worker)
    assert PRINTED not in log(worker)


def test_a_bucket_that_may_not_be_read_is_called_missing_and_the_container_ends_with_0(
    airflow: ControlPlane, bundle_image: WorkerImage, s3: S3Server
) -> None:
    wrong = {**s3.environment, "AWS_SECRET_ACCESS_KEY": "another-secret-key"}
    worker = run_worker(airflow, bundle_image.tag, wrong)

    assert (worker.exit_code, airflow.task_state()) == (0, "failed")
    assert f"S3 bucket '{BUCKET}' does not exist." in log(worker)
    assert PRINTED not in log(worker)
