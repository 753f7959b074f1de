"""DAGs that a container fetches from S3 when it starts: before the worker, from a prefix, an archive or a pointer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.engine import containers
from airflow_ecs_image.engine.containers import Completed, Volume
from airflow_ecs_image.spec.label_names import OWN
from tests.s3.moto_server import S3Endpoint, s3_endpoint
from tests.s3.rclone_server import S3Server, serve_s3

from .bridge import bridge_address
from .dag_sample import DAGS, FILES, OTHERS, archive
from .facts import gather_facts
from .worker_images import DEFAULT_NAME, WorkerImage, build_project, source_pairs

BUCKET = "worker-dags"
PREFIX = f"s3://{BUCKET}/team/dags"
AIRFLOW_2 = next(name for name, (airflow, _) in source_pairs().items() if airflow.startswith("2."))

ServerOfS3 = S3Server | S3Endpoint

ARCHIVE = archive(FILES)
DIGEST = hashlib.sha256(ARCHIVE).hexdigest()
VERSION = f"dags-{DIGEST}.tar.gz"
SOURCES = {
    "prefix": PREFIX,
    "plain archive": f"s3://{BUCKET}/plain.tgz",
    "version": f"s3://{BUCKET}/archives/{VERSION}",
    "pointer": f"s3://{BUCKET}/archives/latest.sha256",
}


@pytest.fixture(scope="module", params=["rclone", "moto"])
def s3(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerOfS3]:
    """Two different S3 servers, on the engine's own network."""
    objects = {f"team/dags/{key}": content for key, content in FILES.items()} | OTHERS
    objects |= {
        "plain.tgz": ARCHIVE,
        f"archives/{VERSION}": ARCHIVE,
        "archives/latest.sha256": f"{DIGEST}  {VERSION}\n".encode(),
    }
    folder = tmp_path_factory.mktemp("s3") / "buckets"
    server: ServerOfS3
    with (
        serve_s3(folder, address=bridge_address())
        if request.param == "rclone"
        else s3_endpoint(bridge_address())
    ) as server:
        server.fill(BUCKET, objects)
        yield server


@pytest.fixture(scope="module")
def s3_image(project: Path) -> WorkerImage:
    """An image without DAGs of its own."""
    return build_project(project, tag="s3", base="source", s3_uri=PREFIX)


@pytest.fixture(scope="module")
def nested_image(tmp_path_factory: pytest.TempPathFactory) -> WorkerImage:
    """An image with DAGs of its own, in folders within folders: they lie in a layer that no container can change."""
    project = tmp_path_factory.mktemp("nested")
    for name in ("first.py", "team a/nested/stale.py", "old/deep/er/stale.py", "équipe"):
        path = project / "dags" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("STALE = 1\n", encoding="utf-8")
    return build_project(project, tag="s3-over-nested", base="source")


@pytest.fixture(scope="module", params=[DEFAULT_NAME, AIRFLOW_2])
def image_of_each_airflow(request: pytest.FixtureRequest, project: Path) -> WorkerImage:
    airflow, python = source_pairs()[request.param]
    return build_project(
        project, tag=f"s3-{request.param}", base="source", airflow_version=airflow, python_version=python
    )


def start_worker(image: WorkerImage, s3: ServerOfS3, uri: str | None = None, **options: Any) -> Completed:
    """Run what stands for a worker: it says that it started, and lists the DAG folder."""
    environment = {**s3.environment, **options.pop("environment", {})} | (
        {"S3_URI": uri} if uri is not None else {}
    )
    command = [
        "bash",
        "-c",
        'echo started; cd "${AIRFLOW__CORE__DAGS_FOLDER}"; find . -type f | sort; ls -A ..',
    ]
    return containers.run(image.tag, command, environment=environment, **options)


def assert_started_with(
    completed: Completed, uri: str, files: Mapping[str, bytes], beside: str = "dags"
) -> None:
    assert completed.exit_code == 0, completed.stderr
    said, started, *rest = completed.stdout.splitlines()
    assert said.startswith(f"fetch-dags: {len(files)} files from {uri} in ")
    assert started == "started"
    assert sorted(rest[: len(files)]) == sorted(f"./{name}" for name in files)
    assert [name for name in rest[len(files) :] if "dags" in name or "fetching" in name] == [beside]


def test_the_image_says_where_its_dags_come_from(s3_image: WorkerImage) -> None:
    details = s3_image.details

    assert details.labels[f"{OWN}.dag-source"] == "s3"
    assert details.environment["S3_URI"] == PREFIX
    assert f"{OWN}.dag-files" not in details.labels


@pytest.mark.parametrize("source", SOURCES)
def test_airflow_finds_exactly_the_dags_of_the_source(
    image_of_each_airflow: WorkerImage, s3: ServerOfS3, source: str
) -> None:
    facts = gather_facts(
        image_of_each_airflow.tag, "brief", environment={**s3.environment, "S3_URI": SOURCES[source]}
    )

    assert facts.dag_bag == {
        "folder": "/opt/airflow/dags",
        "files": sorted(FILES),
        "dags": DAGS,
        "import_errors": {},
    }
    assert facts.parent == 1
    assert facts.first_process[:2] == ["/usr/bin/dumb-init", "--"]


@pytest.mark.parametrize("user", [None, "12345:0", "0:0"])
@pytest.mark.parametrize("source", ["prefix", "pointer"])
def test_every_uid_may_fetch(s3_image: WorkerImage, s3: ServerOfS3, user: str | None, source: str) -> None:
    completed = start_worker(s3_image, s3, SOURCES[source], user=user)

    assert_started_with(completed, SOURCES[source], FILES)


@pytest.mark.parametrize("user", [None, "12345:0"])
@pytest.mark.parametrize("source", ["prefix", "pointer"])
def test_nested_dags_of_the_image_are_replaced(
    nested_image: WorkerImage, s3: ServerOfS3, user: str | None, source: str
) -> None:
    completed = start_worker(nested_image, s3, SOURCES[source], user=user)

    assert_started_with(completed, SOURCES[source], FILES)


def test_container_dag_path_is_where_the_files_go(project: Path, s3: ServerOfS3) -> None:
    folder = "/srv/our dags"
    image = build_project(
        project, tag="s3-moved", base="source", s3_uri=PREFIX, container_dag_path="/srv/our dags"
    )

    found = gather_facts(image.tag, "brief", environment=s3.environment).dag_bag

    assert (found["folder"], found["files"], found["dags"]) == (folder, sorted(FILES), DAGS)


def test_container_dag_path_can_be_moved_at_the_start(s3_image: WorkerImage, s3: ServerOfS3) -> None:
    environment = {"CONTAINER_DAG_PATH": "/tmp/dags of today"}

    completed = start_worker(s3_image, s3, environment=environment)

    assert_started_with(completed, PREFIX, FILES, beside="dags of today")


@pytest.mark.parametrize("user", [None, "12345:0"])
@pytest.mark.parametrize("baked", [False, True], ids=["no DAGs of its own", "DAGs of its own"])
@pytest.mark.parametrize("source", ["prefix", "pointer"])
def test_a_read_only_container_needs_a_folder_in_memory(
    s3_image: WorkerImage,
    nested_image: WorkerImage,
    s3: ServerOfS3,
    user: str | None,
    baked: bool,
    source: str,
) -> None:
    completed = start_worker(
        nested_image if baked else s3_image,
        s3,
        SOURCES[source],
        user=user,
        read_only=True,
        temporary_folders=["/opt/airflow/dags"],
    )

    assert_started_with(completed, SOURCES[source], FILES)


@pytest.mark.parametrize("user", [None, "12345:0"])
def test_a_volume_is_filled_and_what_it_held_before_goes(
    s3_image: WorkerImage, s3: ServerOfS3, tmp_path: Path, user: str | None
) -> None:
    volume = tmp_path / "volume"
    (volume / "old").mkdir(parents=True)
    (volume / "old/stale.py").touch()
    for path in (volume, volume / "old", volume / "old/stale.py"):
        path.chmod(0o777)

    completed = start_worker(
        s3_image,
        s3,
        user=user,
        read_only=True,
        volumes=[Volume(volume, "/opt/airflow/dags", read_only=False)],
    )

    assert_started_with(completed, PREFIX, FILES)
    found = {path.relative_to(volume).as_posix() for path in volume.rglob("*") if path.is_file()}
    assert found == set(FILES)
    assert not list(volume.glob(".fetching*"))


def test_a_second_start_of_the_same_container_fetches_again(
    nested_image: WorkerImage, s3: ServerOfS3
) -> None:
    script = "cd /opt/airflow/dags; touch mine.py; find . -type f | wc -l"
    environment = {**s3.environment, "S3_URI": PREFIX}
    with containers.start(nested_image.tag, ["bash", "-c", script], environment=environment) as container:
        assert container.wait() == 0
        again = container.start_attached(None, timeout=60)

    assert again.exit_code == 0, again.stderr
    assert again.stdout.splitlines()[-1] == str(len(FILES) + 1)
