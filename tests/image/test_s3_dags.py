"""DAGs that a container fetches from S3 when it starts: before the worker, or there is no worker."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_ecs_image.build.labels import OWN
from airflow_ecs_image.engine import containers
from airflow_ecs_image.engine.containers import Completed
from airflow_ecs_image.resources import resource

from .facts import gather_facts
from .s3_server import S3Server, serve_s3
from .worker_images import WorkerImage, build_project

BUCKET = "worker-dags"
NESTED = "folder with space/été 日本/module.py"
EXAMPLES = sorted(path.name for path in resource("dags_example").glob("*.py"))


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    folder = tmp_path_factory.mktemp("s3") / "buckets"
    prefix = folder / BUCKET / "team" / "dags"
    shutil.copytree(resource("dags_example"), prefix, ignore=shutil.ignore_patterns("__pycache__"))
    (prefix / NESTED).parent.mkdir(parents=True)
    (prefix / NESTED).write_text("VALUE = 1\n", encoding="utf-8")
    (folder / BUCKET / "team" / "dags-of-others").mkdir()
    (folder / BUCKET / "team" / "dags-of-others" / "other.py").write_text("")
    archive(folder / BUCKET / "dags.tar.gz", {path.name: path.read_bytes() for path in prefix.glob("*.py")})
    archive(folder / BUCKET / "hostile.tar.gz", {"good.py": b"", "../../home/airflow/evil.py": b""})
    (folder / BUCKET / "broken.tgz").write_bytes(b"no archive")
    (folder / "empty-bucket").mkdir()
    with serve_s3(folder) as server:
        yield server


def archive(path: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


@pytest.fixture(scope="module")
def s3_image(project: Path) -> WorkerImage:
    """An image without DAGs of its own."""
    return build_project(project, tag="s3", base="source", s3_uri=f"s3://{BUCKET}/team/dags")


def start_worker(image: WorkerImage, s3: S3Server, uri: str | None = None, **options: str) -> Completed:
    """Run what stands for a worker: it says that it started, and lists the DAG folder."""
    environment = s3.environment | ({"S3_URI": uri} if uri is not None else {})
    command = ["bash", "-c", "echo started; cd /opt/airflow/dags; find . -type f | sort"]
    return containers.run(
        image.tag, command, environment=environment, network="host", user=options.get("user")
    )


def test_the_image_says_where_its_dags_come_from(s3_image: WorkerImage) -> None:
    details = s3_image.details

    assert details.labels[f"{OWN}.dag-source"] == "s3"
    assert details.environment["S3_URI"] == f"s3://{BUCKET}/team/dags"
    assert f"{OWN}.dag-files" not in details.labels


def test_airflow_finds_the_dags_of_the_prefix(s3_image: WorkerImage, s3: S3Server) -> None:
    facts = gather_facts(s3_image.tag, "brief", environment=s3.environment, network="host")

    assert facts.dag_bag["files"] == sorted([*EXAMPLES, NESTED])
    assert sorted(facts.dag_bag["dags"].values()) == EXAMPLES
    assert facts.dag_bag["import_errors"] == {}
    assert facts.parent == 1


def test_another_uid_may_fetch_too(s3_image: WorkerImage, s3: S3Server) -> None:
    completed = start_worker(s3_image, s3, user="12345:0")

    assert completed.exit_code == 0
    assert completed.stdout.splitlines()[1:] == [
        "started",
        *sorted(f"./{name}" for name in [*EXAMPLES, NESTED]),
    ]


def test_one_archive_is_fetched_too(s3_image: WorkerImage, s3: S3Server) -> None:
    completed = start_worker(s3_image, s3, f"s3://{BUCKET}/dags.tar.gz")

    assert completed.stdout.splitlines()[1:] == ["started", *(f"./{name}" for name in EXAMPLES)]


def test_the_folder_holds_what_s3_holds_and_nothing_else(default_image: WorkerImage, s3: S3Server) -> None:
    completed = start_worker(default_image, s3, f"s3://{BUCKET}/team/dags-of-others/")

    assert completed.stdout.splitlines()[1:] == ["started", "./other.py"]


@pytest.mark.parametrize(
    ("uri", "code", "reason"),
    [
        ("s3://no-such-bucket/dags", 69, "NoSuchBucket"),
        ("s3://empty-bucket", 66, "holds no file"),
        (f"s3://{BUCKET}/team/dag", 66, "holds no file"),
        (f"s3://{BUCKET}/no-such.tar.gz", 69, "404"),
        (f"s3://{BUCKET}/broken.tgz", 65, "not an archive"),
        (f"s3://{BUCKET}/hostile.tar.gz", 65, "outside the destination"),
        ("s3:/worker-dags", 64, "must look like s3://"),
        ("https://worker-dags.example.com/dags", 64, "must look like s3://"),
    ],
)
def test_a_failed_fetch_ends_the_container_before_the_worker(
    s3_image: WorkerImage, s3: S3Server, uri: str, code: int, reason: str
) -> None:
    completed = start_worker(s3_image, s3, uri)

    assert completed.exit_code == code, completed.stderr
    assert completed.stdout == ""
    assert len(completed.stderr.splitlines()) == 1
    assert completed.stderr.startswith("fetch-dags: ")
    assert reason in completed.stderr


def test_an_s3_that_does_not_answer_ends_the_container(s3_image: WorkerImage, s3: S3Server) -> None:
    nobody = S3Server(s3.folder, "http://127.0.0.1:9")

    completed = start_worker(s3_image, nobody)

    assert (completed.exit_code, completed.stdout) == (69, "")
    assert len(completed.stderr.splitlines()) == 1


def test_a_failed_fetch_leaves_the_folder_as_it_was(default_image: WorkerImage, s3: S3Server) -> None:
    environment = {**s3.environment, "S3_URI": "s3://empty-bucket"}
    script = "/opt/airflow-ecs-image/entrypoint version; ls -A /opt/airflow/dags"

    completed = containers.run(
        default_image.tag, ["-c", script], entrypoint="bash", environment=environment, network="host"
    )

    assert completed.stdout.split() == EXAMPLES
