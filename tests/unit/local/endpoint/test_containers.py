"""What the engine is asked to make of a task, and how its words become ECS's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.local.endpoint.containers.addresses import LinkLocalAddresses
from airflow_ecs_image.local.endpoint.containers.create import Room, container_body, shared_volumes
from airflow_ecs_image.local.endpoint.containers.engine import frames
from airflow_ecs_image.local.endpoint.containers.log_files import LogFiles
from airflow_ecs_image.local.endpoint.containers.make import start_order
from airflow_ecs_image.local.endpoint.containers.secret_values import SecretMissing, secret_values
from airflow_ecs_image.local.endpoint.containers.states import Ended, ended, has_started, health
from airflow_ecs_image.local.endpoint.refusals import EcsRefusal
from airflow_ecs_image.local.endpoint.task import Task

from .in_process import configuration
from .tasks import new_task

ARN = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:name-AbCdEf"


def body(task: Task, cpus: int = 8, **members: Any) -> dict[str, Any]:
    task.definition["containerDefinitions"][0] |= members
    task.link_local = "169.254.171.1"
    room = Room(configuration(Path("/none"), environment={"OWN": "stack"}), cpus, "own:1")
    return container_body(task, task.containers[0], room)


def test_what_the_definition_leaves_out_is_the_image_s() -> None:
    made = body(new_task())

    assert made.keys() == {"Image", "Env", "Labels", "HostConfig", "NetworkingConfig"}
    assert made["HostConfig"]["NetworkMode"] == "unit"
    assert made["NetworkingConfig"]["EndpointsConfig"]["unit"] == {
        "IPAMConfig": {"LinkLocalIPs": ["169.254.171.1"]}
    }


@pytest.mark.parametrize(
    ("cpu", "cpus", "expected"),
    [("256", 8, 250_000_000), ("4096", 8, 4_000_000_000), ("4096", 2, 2_000_000_000)],
)
def test_cpu_is_never_more_than_the_machine_s(cpu: str, cpus: int, expected: int) -> None:
    task = new_task()
    task.definition["cpu"] = cpu

    assert body(task, cpus)["HostConfig"]["NanoCpus"] == expected


@pytest.mark.parametrize(
    ("of_task", "override", "container", "expected"),
    [("512", "", None, 512), ("512", "", 256, 256), ("512", "1 GB", None, 1024), ("", "", 100, 100)],
)
def test_memory_has_no_swap(of_task: str, override: str, container: int | None, expected: int) -> None:
    task = new_task()
    task.definition["memory"] = of_task
    task.request = {"overrides": {"memory": override}}
    members = {} if container is None else {"memory": container}

    host = body(task, **members)["HostConfig"]

    assert host["Memory"] == host["MemorySwap"] == expected * 1024**2


def test_variables_in_their_order() -> None:
    task = new_task()
    task.request = {
        "overrides": {
            "containerOverrides": [{"name": "main", "environment": [{"name": "OWN", "value": "override"}]}]
        }
    }

    assert "OWN=override" in body(task, environment=[{"name": "OWN", "value": "definition"}])["Env"]
    assert "OWN=definition" in body(new_task(), environment=[{"name": "OWN", "value": "definition"}])["Env"]
    assert "OWN=stack" in body(new_task())["Env"]


def test_a_health_check_in_the_engine_s_words() -> None:
    made = body(new_task(), healthCheck={"command": ["CMD", "true"], "interval": 5, "retries": 2})

    assert made["Healthcheck"] == {
        "Test": ["CMD", "true"],
        "Interval": 5_000_000_000,
        "Timeout": 5_000_000_000,
        "Retries": 2,
        "StartPeriod": 0,
    }


def test_secrets() -> None:
    known = {"/name": "plain", ARN: '{"key": "part", "number": 5}'}
    sources = {"A": "/name", "B": ARN, "C": f"{ARN}:key::", "D": f"{ARN}:number:AWSCURRENT:"}

    found = secret_values([{"name": name, "valueFrom": source} for name, source in sources.items()], known)

    assert found == {"A": "plain", "B": known[ARN], "C": "part", "D": "5"}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("/none", "invalid ssm parameters: /none"),
        (f"{ARN}:none::", "did not contain json key none"),
        (ARN.replace("name", "none"), "ResourceNotFoundException"),
        (f"{ARN[:-6]}:key::", "ResourceNotFoundException"),
    ],
)
def test_a_missing_secret(source: str, words: str) -> None:
    with pytest.raises(SecretMissing, match=words) as missing:
        secret_values([{"name": "S", "valueFrom": source}], {ARN: '{"key": "not-to-be-shown"}'})

    assert str(missing.value).startswith("ResourceInitializationError: unable to pull secrets")
    assert "not-to-be-shown" not in str(missing.value)


def test_the_start_order() -> None:
    task = new_task(("a", True), ("b", True), ("c", True))
    task.definition["containerDefinitions"][0]["dependsOn"] = [{"containerName": "c", "condition": "START"}]

    assert start_order(task) == ["", "b", "c", "a"]
    assert start_order(new_task()) == ["main"]
    task.definition["containerDefinitions"][2]["dependsOn"] = [{"containerName": "a", "condition": "START"}]
    with pytest.raises(EcsRefusal, match="cyclical"):
        start_order(task)


def test_volumes_that_several_mount() -> None:
    task = new_task(("a", True), ("b", True))
    first, second = task.definition["containerDefinitions"]
    first["mountPoints"] = [{"sourceVolume": name, "containerPath": f"/{name}"} for name in ("own", "both")]
    second["mountPoints"] = [{"sourceVolume": "both", "containerPath": "/both"}]

    assert shared_volumes(task) == ["both"]


def test_link_local_addresses() -> None:
    addresses = LinkLocalAddresses()
    addresses.hold("old", "169.254.171.2")

    taken = {addresses.take(str(number)) for number in range(1000)}

    assert len(taken) == 1000
    assert "169.254.171.2" not in taken
    assert not any(address.endswith((".0", ".255")) for address in taken)
    assert all(171 <= int(address.split(".")[2]) <= 254 for address in taken)
    addresses.give_back("old")
    addresses.give_back("old")


def test_addresses_come_round_and_end() -> None:
    addresses = LinkLocalAddresses()
    given = [addresses.take(str(number)) for number in range(84 * 254)]

    assert len(set(given)) == len(given)
    with pytest.raises(OverflowError):
        addresses.take("one more")
    addresses.give_back("7")
    assert addresses.take("one more") == given[7]


STATE = {
    "Running": False,
    "ExitCode": 137,
    "OOMKilled": False,
    "StartedAt": "2026-11-25T03:32:52.379380Z",
    "FinishedAt": "2026-11-25T03:32:52.391315123Z",
}
NEVER = "0001-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Ended(1795577572.391315, 137, "")),
        (
            {"OOMKilled": True},
            Ended(1795577572.391315, 137, "OutOfMemoryError: Container killed due to memory usage"),
        ),
        ({"Running": True}, None),
        ({"StartedAt": NEVER, "FinishedAt": NEVER, "ExitCode": 0}, None),
        ({"StartedAt": NEVER, "ExitCode": 127}, None),
    ],
)
def test_the_end_of_a_container(change: dict[str, Any], expected: Ended | None) -> None:
    found = ended({"State": {**STATE, **change}})

    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert (found.exit_code, found.reason) == (expected.exit_code, expected.reason)
        assert found.at == pytest.approx(expected.at, abs=1e-6)


def test_the_state_of_a_container() -> None:
    assert has_started({"State": STATE})
    assert not has_started({"State": {**STATE, "StartedAt": NEVER}})
    assert health({"State": STATE}) == "UNKNOWN"
    assert health({"State": {**STATE, "Health": {"Status": "healthy"}}}) == "HEALTHY"
    assert health({"State": {**STATE, "Health": {"Status": "starting"}}}) == "UNKNOWN"
    assert health({"State": {**STATE, "Health": {"Status": "unhealthy"}}}) == "UNHEALTHY"


def test_the_pieces_of_an_output() -> None:
    out, err = b"\1\0\0\0\0\0\0\4one\n", b"\2\0\0\0\0\0\0\4two\n"

    assert list(frames(out + err + out)) == [b"one\n", b"two\n", b"one\n"]
    assert list(frames(b"")) == []


def test_log_files_stay_in_their_folder(tmp_path: Path) -> None:
    files = LogFiles(tmp_path / "logs")
    task = new_task()
    task.definition["containerDefinitions"][0]["logConfiguration"] = {
        "logDriver": "awslogs",
        "options": {"awslogs-group": "/../../outside", "awslogs-stream-prefix": "../p"},
    }

    files.write(task, "main", b"words")

    path = tmp_path / "logs/outside/p/main" / task.id
    assert path.read_bytes() == files.read(task, "main") == b"words"
    files.remove(task, "main")
    assert list((tmp_path / "logs").iterdir()) == []
    assert files.read(task, "main") == b""
