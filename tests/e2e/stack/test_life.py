"""A stack as it is used: changed, damaged, moved to the other line of Airflow, removed.

The tests share one stack and stand in the order of its life; this file is the last one.
"""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from airflow_ecs_image.engine import Engine
from airflow_ecs_image.errors import LocalNotRunning, LocalServiceFailed
from airflow_ecs_image.local.http_service import HttpService
from airflow_ecs_image.local.s3 import s3_client
from airflow_ecs_image.local.stack import Ports, down, find, names, stack_secrets, up
from airflow_ecs_image.local.stack.finding import service_containers
from bench.contenders.dockerfile import native_platform
from tests.e2e.stacks import ecs_client, example_image, quiet, request_for
from tests.image.worker_images import REPOSITORY
from tests.waiting import until

from .conftest import Shared
from .traces import traces
from .words import dag_ids, local, write_dag

# Of the master: the one that forks.
THREADS_OF_GUNICORN = """
for process in /proc/[0-9]*; do
  if tr '\\0' ' ' <"${process}/cmdline" 2>/dev/null | grep -q '^gunicorn: master'; then ls "${process}/task" | wc -l; fi
done
"""


def test_a_dag_that_is_new_is_known_and_one_that_is_gone_is_removed(shared: Shared, project: Path) -> None:
    write_dag(project, "added_dag.py", "ADDED")
    stack = shared.up()
    until(lambda: "ADDED" in dag_ids(stack), "the new DAG", seconds=60)
    keys = s3_client(stack).list_objects_v2(Bucket="airflow-dags", Prefix="dags/files/")["Contents"]
    assert "dags/files/added_dag.py" in {each["Key"] for each in keys}
    (project / "dags/added_dag.py").unlink()
    shared.up()
    keys = s3_client(stack).list_objects_v2(Bucket="airflow-dags", Prefix="dags/files/")["Contents"]
    assert "dags/files/added_dag.py" not in {each["Key"] for each in keys}
    processor = service_containers(stack.name)["dag-processor"].handle()
    assert "added_dag.py" not in processor.exec(["ls", stack.dag_folder]).stdout


def test_dags_baked_into_a_new_image_restart_nothing_of_airflow(shared: Shared, project: Path) -> None:
    before = shared.containers()
    kept = shared.request
    spec = kept.image.model_copy(
        update={"tag": f"{REPOSITORY}:stack", "dag_source": "local", "platform": (native_platform(),)}
    )
    write_dag(project, "baked_dag.py", "BAKED")
    try:
        stack = shared.up(image=spec, image_name=None, dag_source="baked")
        until(lambda: "BAKED" in dag_ids(stack), "the baked DAG", seconds=60)
        assert stack.image == f"{REPOSITORY}:stack"
        after = shared.containers()
        assert {name for name in before if before[name] != after[name]} == {"ecs"}, "the facts of the stack"
        definition = ecs_client(stack).describe_task_definition(taskDefinition=kept.ecs.family)[
            "taskDefinition"
        ]
        assert definition["containerDefinitions"][0]["image"] == f"{REPOSITORY}:stack"
    finally:
        (project / "dags/baked_dag.py").unlink()
        shared.up(image=kept.image, image_name=kept.image_name, dag_source="s3")


def test_what_changed_is_made_anew_and_nothing_else_and_buckets_keep_their_objects(shared: Shared) -> None:
    before = shared.containers()
    s3_client(find(shared.request.name)).put_object(Bucket="airflow-logs", Key="kept", Body=b"1")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    stack = shared.up(slots=5, ports=Ports(s3=port))
    after = shared.containers()
    assert {name for name in before if before[name] != after[name]} == {"s3", "ecs"}
    assert stack.s3_url == f"http://127.0.0.1:{port}"
    assert s3_client(stack).get_object(Bucket="airflow-logs", Key="kept")["Body"].read() == b"1"
    assert HttpService(stack.ecs_url, "ecs").json("GET", "/local/health")["slots"] == 5
    # What is not said stays as it is.
    shared.up(slots=None, ports=Ports())
    assert shared.containers() == after


def test_services_that_have_ended_are_started_again_with_all_that_they_had(shared: Shared) -> None:
    before = shared.containers()
    for name in ("triggerer", "postgresql"):
        Engine().docker("container", "kill", before[name])
    with pytest.raises(LocalNotRunning, match=r"postgresql, triggerer do not run"):
        find(shared.request.name)
    assert {each["service"]: each["exit_code"] for each in local(shared, "ps")["services"]}[
        "triggerer"
    ] == 137
    stack = shared.up()
    assert shared.containers() == before
    assert "FARGATE-DAG" in dag_ids(stack)


def test_a_service_that_ends_at_once_is_named_with_its_last_lines(shared: Shared) -> None:
    broken = {"AIRFLOW__CORE__PARALLELISM": "not a number"}
    with pytest.raises(LocalServiceFailed, match=r"(ended with exit code|is gone)") as failed:
        shared.up(settings=broken)
    assert any("not a number" in line for line in failed.value.details), failed.value.details
    assert shared.request.name in str(failed.value.mend)


def test_the_other_line_of_airflow_and_new_secrets_take_the_place(
    shared: Shared, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = shared.containers()
    assert stack_secrets.remove(shared.request.name)
    image = example_image(2, tmp_path_factory.mktemp("airflow-2"))
    request = request_for(image, project, name=shared.request.name, dag_source="archive")
    stack = up(request, quiet())
    assert stack.airflow_version == image.airflow
    after = shared.containers()
    assert not set(before.values()) & set(after.values())
    assert after.keys() == set(names.services(2))
    assert names.API_SERVER not in service_containers(stack.name)
    until(lambda: "FARGATE-DAG" in dag_ids(stack), "the DAGs", seconds=60)
    pointer = s3_client(stack).get_object(Bucket="airflow-dags", Key="dags/archive/latest.sha256")["Body"]
    assert pointer.read()
    assert s3_client(stack).get_object(Bucket="airflow-logs", Key="kept")["Body"].read() == b"1"


def test_no_other_thread_of_gunicorn_runs_while_its_workers_are_forked(shared: Shared) -> None:
    """One that held the lock of standard error would leave a worker waiting for ever, and the webserver without an answer."""
    webserver = service_containers(shared.request.name)[names.WEBSERVER].handle()
    found = webserver.exec(["bash", "-c", THREADS_OF_GUNICORN]).stdout.split()
    assert found
    assert set(found) == {"1"}


def test_down_leaves_nothing_and_a_second_one_finds_nothing(shared: Shared) -> None:
    name = shared.request.name
    stack_secrets.remove(name)
    removed = local(shared, "down")
    assert (removed["networks"], removed["volumes"]) == (1, 3)
    assert removed["tasks"] >= 0
    assert traces(name) == []
    assert local(shared, "down")["services"] == 0
    assert not down(name, quiet()).anything
