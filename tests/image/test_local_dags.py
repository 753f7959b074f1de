"""DAGs that are copied into the image: which files, where to, and readable for whom."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from airflow_ecs_image.engine import containers
from airflow_ecs_image.errors import DagFolderError
from airflow_ecs_image.spec.label_names import OWN

from .facts import Facts, gather_facts
from .worker_images import WorkerImage, build_project

HOST_DAG_PATH = "my dags/été 日本"
CONTAINER_DAG_PATH = "/srv/dag folder/été"
SECRETS = (".env", ".env.production", ".git/config", "deploy.key", "server.pem", ".aws/credentials", "id_rsa")


@pytest.fixture(scope="module")
def moved_project(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Private DAG files under a path that needs quoting, with secrets and caches beside them."""
    folder = tmp_path_factory.mktemp("moved")
    dags = folder / HOST_DAG_PATH
    shutil.copytree(project / "dags", dags)
    for name in (*SECRETS, "__pycache__/module.cpython-313.pyc", "ignored.py"):
        (dags / name).parent.mkdir(exist_ok=True)
        (dags / name).write_text("canary")
    (dags / ".airflowignore").write_text("ignored.py\n")
    for path in dags.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return folder


@pytest.fixture(scope="module")
def moved(moved_project: Path) -> WorkerImage:
    return build_project(
        moved_project,
        tag="moved-dags",
        base="source",
        host_dag_path=HOST_DAG_PATH,
        container_dag_path=CONTAINER_DAG_PATH,
    )


@pytest.fixture(scope="module")
def facts_of_moved(moved: WorkerImage) -> Facts:
    return gather_facts(moved.tag, "brief", user="12345:0")


def test_a_moved_dag_folder_is_where_airflow_looks(moved: WorkerImage, facts_of_moved: Facts) -> None:
    assert moved.details.environment["AIRFLOW__CORE__DAGS_FOLDER"] == CONTAINER_DAG_PATH
    assert moved.details.labels[f"{OWN}.dag-path"] == CONTAINER_DAG_PATH
    assert facts_of_moved.dag_bag["folder"] == CONTAINER_DAG_PATH


def test_private_files_are_readable_for_any_uid_of_group_0(project: Path, facts_of_moved: Facts) -> None:
    examples = {path.name for path in (project / "dags").glob("*.py")}

    assert facts_of_moved.identity == [12345, 0]
    assert set(facts_of_moved.dag_bag["dags"].values()) == examples
    assert facts_of_moved.dag_bag["import_errors"] == {}


def test_secrets_caches_and_ignored_files_stay_behind(
    project: Path, moved: WorkerImage, facts_of_moved: Facts
) -> None:
    files = {path.name for path in (project / "dags").iterdir()} | {".airflowignore"}

    assert set(facts_of_moved.dag_bag["files"]) == files
    assert moved.details.labels[f"{OWN}.dag-files"] == str(len(files))


def test_the_files_belong_to_the_worker_and_its_group(moved: WorkerImage) -> None:
    script = f"stat --format '%u:%g %a' '{CONTAINER_DAG_PATH}' '{CONTAINER_DAG_PATH}/fargate_dag.py'"

    completed = containers.run(moved.tag, ["bash", "-c", script])

    assert completed.stdout.splitlines() == ["50000:0 775", "50000:0 664"]


def test_a_changed_dag_changes_one_layer_and_its_hash(project: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(project, tmp_path / "project")
    before = build_project(folder, tag="changed-dag", base="source").details
    again = build_project(folder, tag="changed-dag", base="source").details
    with (folder / "dags" / "fargate_dag.py").open("a") as file:
        file.write("# changed\n")

    after = build_project(folder, tag="changed-dag", base="source").details

    assert again.id == before.id
    assert len(after.layers) == len(before.layers)
    differing = [one != other for one, other in zip(before.layers, after.layers, strict=True)]
    assert differing.count(True) == 1
    assert after.labels[f"{OWN}.dag-hash"] != before.labels[f"{OWN}.dag-hash"]
    assert after.labels[f"{OWN}.spec-hash"] == before.labels[f"{OWN}.spec-hash"]


@pytest.mark.parametrize("content", [None, [], [".env"]])
def test_a_folder_without_dags_is_refused(tmp_path: Path, content: list[str] | None) -> None:
    if content is not None:
        (tmp_path / "dags").mkdir()
        for name in content:
            (tmp_path / "dags" / name).write_text("")

    with pytest.raises(DagFolderError, match="host_dag_path: 'dags'") as raised:
        build_project(tmp_path, tag="no-dags", base="source")

    assert len(str(raised.value).splitlines()) == 1
