"""What an image says about how its containers run: the user, the folders, the variables, the bytecode."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflow_ecs_image.engine import containers

from .facts import Facts
from .worker_images import WorkerImage

WRITABLE = ["/opt/airflow", "/opt/airflow/logs", "/opt/airflow/dags", "/home/airflow"]


def test_the_configuration_is_that_of_the_official_image(image: WorkerImage) -> None:
    details = image.details

    assert details.user == "50000"
    assert details.working_directory == "/opt/airflow"
    assert details.entrypoint == ("/usr/bin/dumb-init", "--", "/opt/airflow-ecs-image/entrypoint")
    assert details.cmd == ()


def test_no_aws_variable_is_set_not_even_an_empty_one(image: WorkerImage, facts: Facts) -> None:
    names = {*image.details.environment, *facts.environment}

    assert [name for name in names if name.startswith("AWS_")] == []


def test_no_variable_is_left_over_from_the_build(image: WorkerImage) -> None:
    names = {name.lower() for name in image.details.environment}

    assert names.isdisjoint(
        {"requirements_path", "host_dag_path", "s3_uri", "pip_index_url", "uv_default_index"}
    )
    assert not [
        name for name in names if name.endswith("_proxy") or "ssl_cert" in name or name.startswith("uv_")
    ]


def test_a_worker_does_not_wait_for_the_database(facts: Facts) -> None:
    assert facts.environment["CONNECTION_CHECK_MAX_COUNT"] == "0"


def test_the_worker_runs_as_airflow_with_group_0(facts: Facts) -> None:
    assert facts.identity == [50000, 0]
    assert facts.account == ["airflow", "/home/airflow"]
    assert (facts.environment["HOME"], facts.folder) == ("/home/airflow", "/opt/airflow")
    assert facts.writable == WRITABLE


def test_any_uid_works_with_group_0(facts: Facts, facts_of_arbitrary_uid: Facts) -> None:
    other = facts_of_arbitrary_uid

    assert other.identity == [12345, 0]
    assert other.account == ["default", "/home/airflow"]
    assert other.environment["HOME"] == "/home/airflow"
    assert other.writable == WRITABLE
    assert other.versions == facts.versions
    assert other.dag_bag["dags"] == facts.dag_bag["dags"]


def test_new_files_are_writable_for_the_group(facts: Facts, facts_of_arbitrary_uid: Facts) -> None:
    assert facts.umask == facts_of_arbitrary_uid.umask == 0o002


def test_a_uid_without_group_0_is_refused_in_one_line(image: WorkerImage) -> None:
    completed = containers.run(image.tag, ["python", "-c", "print('started')"], user="12345:12345")

    assert completed.exit_code == 1
    assert completed.stdout == ""
    assert len(completed.stderr.splitlines()) == 1
    assert "12345" in completed.stderr
    assert "group 0" in completed.stderr


def test_every_module_has_bytecode_that_is_not_checked_at_import(facts: Facts) -> None:
    assert facts.site_packages == {"without": [], "checked": []}


def test_the_standard_library_has_bytecode(image: WorkerImage, facts: Facts) -> None:
    assert facts.standard_library["without"] == []
    if image.kind == "source":
        assert facts.standard_library["checked"] == []


def test_the_bytecode_of_packages_is_short(facts: Facts) -> None:
    assert not facts.columns


def test_every_python_imports_what_shortens_a_start(facts: Facts) -> None:
    modules = (
        "certificates",
        "collection",
        "commands",
        "jsonschema_import",
        "libcst_import",
        "model_builds",
        "object_storage_import",
        "packed_bytecode",
        "parsed_yaml",
        "rich_and_anyio_import",
        "serialization_import",
        "stand_in",
        "webserver_import",
        "worker_command",
    )
    assert facts.start == [f"airflow_ecs_image_start.{name}" for name in modules]


def test_a_read_only_root_filesystem_needs_only_a_log_folder(image: WorkerImage) -> None:
    script = (
        "import airflow.models, pathlib; from airflow.configuration import conf\n"
        "folder = pathlib.Path(conf.get('logging', 'base_log_folder'))\n"
        "(folder / 'task.log').write_text('written')\n"
        "print(folder)\n"
    )

    completed = containers.run(
        image.tag,
        ["python", "-c", script],
        read_only=True,
        temporary_folders=("/opt/airflow/logs:mode=1777",),
    )

    assert completed.exit_code == 0, completed.stderr
    assert completed.stdout.splitlines()[-1] == "/opt/airflow/logs"


@pytest.mark.parametrize("folder", ["dags_example"])
def test_every_example_is_in_the_image_and_imports(folder: str, facts: Facts) -> None:
    examples = Path(__file__).parents[2] / folder
    files = {str(path.relative_to(examples)) for path in examples.rglob("*.py")}

    assert facts.dag_bag["folder"] == "/opt/airflow/dags"
    assert facts.dag_bag["import_errors"] == {}
    assert set(facts.dag_bag["files"]) == set(facts.dag_bag["dags"].values()) == files
    assert facts.dag_bag["dags"]["FARGATE-DAG"] == "fargate_dag.py"
