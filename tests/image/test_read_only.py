"""With a read-only root filesystem the worker runs on the volumes that the image declares, and on nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_ecs_image.engine import Engine, containers
from airflow_ecs_image.spec.label_names import WRITABLE_PATHS
from tests.s3.moto_server import S3Endpoint, s3_endpoint

from .bridge import bridge_address
from .control_plane import control_plane
from .dag_sample import FILES, archive
from .worker_images import DEFAULT_NAME, WorkerImage, build_project, source_pairs

AIRFLOW_2 = next(name for name, (airflow, _) in source_pairs().items() if airflow.startswith("2."))
BUCKET = "read-only-dags"
PREFIX = f"s3://{BUCKET}/team/dags"
MOVED = "/srv/our dags"
# What the mount table says about a path: "rw" or "ro" first among its options (man 5 proc, /proc/pid/mounts).
_MOUNTS = """
import json, os
mounts = [line.split() for line in open("/proc/self/mounts", encoding="utf-8")]
print(json.dumps({
    mount[1].replace("\\\\040", " "): [mount[3].split(",")[0], oct(os.stat(mount[1].replace("\\\\040", " ")).st_mode)[-4:]]
    for mount in mounts if mount[1] == "/" or mount[1].split("/")[1] in ("opt", "srv", "tmp")
}))
"""


@pytest.fixture(scope="module", params=[DEFAULT_NAME, AIRFLOW_2])
def read_only_image(request: pytest.FixtureRequest, project: Path) -> WorkerImage:
    airflow, python = source_pairs()[request.param]
    return build_project(
        project,
        tag=f"read-only-{request.param}",
        base="source",
        airflow_version=airflow,
        python_version=python,
        read_only_root_filesystem=True,
    )


@pytest.fixture(scope="module")
def fetching_image(project: Path) -> WorkerImage:
    """Its DAG folder has a name that every layer of quoting has to carry."""
    return build_project(
        project,
        tag="read-only-s3",
        base="source",
        s3_uri=PREFIX,
        container_dag_path=MOVED,
        read_only_root_filesystem=True,
    )


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Endpoint]:
    with s3_endpoint(bridge_address()) as server:
        objects = {f"team/dags/{key}": content for key, content in FILES.items()}
        server.fill(BUCKET, {**objects, "dags.tgz": archive(FILES)})
        yield server


def volumes_of(image: WorkerImage) -> set[str]:
    return set(
        json.loads(Engine().docker("image", "inspect", "--format", "{{json .Config.Volumes}}", image.tag))
        or ()
    )


def test_the_label_names_the_volumes_of_the_image(
    read_only_image: WorkerImage, fetching_image: WorkerImage, default_image: WorkerImage
) -> None:
    assert volumes_of(read_only_image) == {"/opt/airflow/logs", "/tmp"}
    assert volumes_of(fetching_image) == {"/opt/airflow/logs", "/tmp", MOVED}
    assert volumes_of(default_image) == set()
    for image in (read_only_image, fetching_image):
        assert set(json.loads(image.details.labels[WRITABLE_PATHS])) == volumes_of(image)
    assert WRITABLE_PATHS not in default_image.details.labels


@pytest.mark.parametrize("user", [None, "12345:0"])
def test_nothing_but_the_volumes_is_writable(
    fetching_image: WorkerImage, s3: S3Endpoint, user: str | None
) -> None:
    done = containers.run(
        fetching_image.tag,
        ["python", "-c", _MOUNTS],
        read_only=True,
        user=user,
        environment=s3.environment,
    )

    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "/": ["ro", "0755"],
        "/opt/airflow/logs": ["rw", "0775"],
        MOVED: ["rw", "0775"],
        "/tmp": ["rw", "1777"],
    }


def test_the_worker_command_runs_the_task_to_success(
    read_only_image: WorkerImage, root_filesystem_image: str, tmp_path: Path
) -> None:
    with control_plane(read_only_image, root_filesystem_image, tmp_path) as airflow:
        worker = containers.run(
            read_only_image.tag,
            airflow.worker_command(),
            network=airflow.network,
            environment=airflow.worker_environment,
            read_only=True,
        )
        assert worker.exit_code == 0, worker.stderr
        assert "Task execution" in worker.stdout + worker.stderr
        assert "Read-only file system" not in worker.stdout + worker.stderr
        assert airflow.task_state() == "success"


@pytest.mark.parametrize("uri", [PREFIX, f"s3://{BUCKET}/dags.tgz"])
@pytest.mark.parametrize("user", [None, "12345:0"])
def test_dags_are_fetched_into_the_volume(
    fetching_image: WorkerImage, s3: S3Endpoint, user: str | None, uri: str
) -> None:
    done = containers.run(
        fetching_image.tag,
        ["bash", "-c", 'cd "${AIRFLOW__CORE__DAGS_FOLDER}" && pwd && find . -type f | sort'],
        read_only=True,
        user=user,
        environment={**s3.environment, "S3_URI": uri},
    )

    assert done.exit_code == 0, done.stderr
    said, folder, *files = done.stdout.splitlines()
    assert said.startswith(f"fetch-dags: {len(FILES)} files from {uri} in ")
    assert folder == MOVED
    assert files == sorted(f"./{name}" for name in FILES)
