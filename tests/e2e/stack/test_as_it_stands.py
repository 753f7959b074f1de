"""A stack as it stands: what it serves, what it shows of itself and what it does not."""

from __future__ import annotations

import json
import stat
import urllib.request
from urllib.parse import urljoin

from airflow_ecs_image.engine import Engine
from airflow_ecs_image.local.stack import find
from airflow_ecs_image.local.stack.finding import service_containers
from airflow_ecs_image.state import state_folder
from tests.e2e.stacks import ecs_client
from tests.waiting import until

from .conftest import Shared
from .words import WORD, local


def test_all_services_run_and_only_three_ports_are_open_and_those_to_this_machine_alone(
    shared: Shared,
) -> None:
    stack = find(shared.request.name)
    containers = service_containers(stack.name)
    assert containers.keys() == {
        *("postgresql", "s3", "ecs", "migrate"),
        *("api-server", "scheduler", "dag-processor", "triggerer"),
    }
    assert {name for name, each in containers.items() if not each.running} == {"migrate"}
    open_ports = {name for name, each in containers.items() if each.ports}
    assert open_ports == {"api-server", "s3", "ecs"}
    for name in open_ports:
        document = json.loads(Engine().docker("container", "inspect", containers[name].id))[0]
        bindings = [each for port in document["NetworkSettings"]["Ports"].values() for each in port or ()]
        assert [each["HostIp"] for each in bindings] == ["127.0.0.1"]


def test_airflow_serves_its_pages(shared: Shared) -> None:
    url = find(shared.request.name).airflow_url
    page = urllib.request.urlopen(url, timeout=30).read().decode()
    scripts = [part.partition('"')[0] for part in page.split('src="')[1:]]
    assert scripts
    for script in scripts:
        with urllib.request.urlopen(urljoin(url, script), timeout=30) as answer:
            assert "javascript" in answer.headers["Content-Type"]


def test_a_second_up_keeps_all_services(shared: Shared) -> None:
    before = shared.containers()
    assert shared.up() == find(shared.request.name)
    assert shared.containers() == before


def test_the_command_line_asks_for_the_same(shared: Shared) -> None:
    before = shared.containers()
    image, directory = str(shared.request.image_name), str(shared.request.directory)
    document = local(shared, "up", "--image", image, "--dags", "s3", "-C", directory)
    stack = find(shared.request.name)
    assert (document["airflow_url"], document["image"]) == (stack.airflow_url, image)
    assert stack.keys.secret_access_key not in json.dumps(document)
    assert shared.containers() == before


def test_the_file_with_the_secrets_is_its_owners(shared: Shared) -> None:
    (file,) = state_folder("local").glob(f"{shared.request.name}.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_task_is_listed_and_its_output_kept_without_its_command(shared: Shared) -> None:
    stack = find(shared.request.name)
    family = shared.request.ecs.family
    override = {"name": stack.container_name, "command": ["bash", "-c", f": {WORD}; echo printed; exit 3"]}
    network = {"awsvpcConfiguration": {"subnets": ["subnet-local"], "securityGroups": ["sg-local"]}}
    ecs = ecs_client(stack)
    (task,) = ecs.run_task(
        cluster=stack.cluster,
        taskDefinition=family,
        launchType="FARGATE",
        overrides={"containerOverrides": [override]},
        networkConfiguration=network,
    )["tasks"]
    arn = task["taskArn"]
    until(
        lambda: ecs.describe_tasks(cluster=stack.cluster, tasks=[arn])["tasks"][0]["lastStatus"] == "STOPPED",
        "the end of the task",
    )
    listed = local(shared, "ps")
    (state,) = listed["tasks"]
    assert (state["task"], state["status"], state["exit_code"]) == (arn.rpartition("/")[2], "STOPPED", 3)
    assert state["dag_id"] is None
    assert {each["service"]: each["status"] for each in listed["services"]} == dict.fromkeys(
        shared.containers(), "running"
    )
    assert WORD not in json.dumps(listed)
    output = local(shared, "logs", state["task"][:10])
    assert "printed" in [line["text"] for line in output["lines"]]
    assert WORD not in json.dumps(output)


def test_logs_are_those_of_one_service_or_of_all_in_their_order(shared: Shared) -> None:
    scheduler = local(shared, "logs", "scheduler", "--tail", "5")["lines"]
    assert [line["source"] for line in scheduler] == ["scheduler"] * 5
    lines = local(shared, "logs", "--tail", "3")["lines"]
    assert {line["source"] for line in lines} >= {"scheduler", "postgresql", "ecs", "s3"}
    assert [line["time"] for line in lines] == sorted(line["time"] for line in lines)
