"""What the checks of how an image runs conclude from their evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from airflow_ecs_image.checks import Status
from airflow_ecs_image.checks.arbitrary_uid import judge as arbitrary_uid
from airflow_ecs_image.checks.architecture import judge as architecture
from airflow_ecs_image.checks.entrypoint import judge as entrypoint
from airflow_ecs_image.checks.evidence import Termination
from airflow_ecs_image.checks.model import NotProven, NotRunnable
from airflow_ecs_image.checks.registry import CHECKS
from airflow_ecs_image.checks.signals import judge as signals
from airflow_ecs_image.checks.start_up import judge as start_up
from airflow_ecs_image.checks.user import judge as user
from airflow_ecs_image.checks.worker_command import judge as worker_command
from airflow_ecs_image.checks.worker_commands import WORKLOAD_JSON

from .conftest import MakeEvidence


@pytest.mark.parametrize("name", [check.name for check in CHECKS])
def test_every_check_passes_a_good_image_without_labels(evidence: MakeEvidence, name: str) -> None:
    good = evidence(expected={"size_budget": 1_000_000, "start_budget": 3.0})

    found = next(check for check in CHECKS if check.name == name).judge(good)

    assert (found.status, found.mend) == ("passed", None)


def test_names_are_unique_and_every_check_says_what_it_needs() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert all(check.needs for check in CHECKS)


@pytest.mark.parametrize(
    ("asked", "status"),
    [("linux/amd64", "passed"), ("linux/amd64/v2", "passed"), ("linux/arm64", "failed")],
)
def test_architecture_is_the_asked_one(evidence: MakeEvidence, asked: str, status: Status) -> None:
    found = architecture(evidence(expected={"platform": asked}))

    assert found.status == status
    assert (found.mend is not None and "--platform linux/arm64" in found.mend) == (status == "failed")


def test_architecture_says_that_it_was_emulated(evidence: MakeEvidence) -> None:
    found = architecture(evidence(architecture="arm64", process={"machine": "aarch64"}))

    assert found.status == "passed"
    assert "under emulation" in found.detail


def test_architecture_without_emulation_says_how_to_get_it(evidence: MakeEvidence) -> None:
    with pytest.raises(NotRunnable) as refused:
        architecture(replace(evidence(), inside=NotRunnable("linux/arm64")))

    assert refused.value.mend == "python build.py setup emulation"


def test_architecture_that_the_image_lies_about(evidence: MakeEvidence) -> None:
    assert architecture(evidence(process={"machine": "aarch64"})).status == "failed"


def test_architecture_of_an_image_that_does_not_start_is_a_warning(evidence: MakeEvidence) -> None:
    assert architecture(replace(evidence(), inside=NotProven("no Python"))).status == "warned"


@pytest.mark.parametrize(
    ("chain", "status"),
    [
        (["dumb-init", "python3.13"], "passed"),
        (["docker-init", "dumb-init", "python"], "failed"),
        (["dumb-init", "bash", "python"], "failed"),
        (["sh", "python"], "warned"),
        (["python"], "warned"),
    ],
)
def test_the_chain_of_processes(evidence: MakeEvidence, chain: list[str], status: Status) -> None:
    assert entrypoint(evidence(process={"chain": chain})).status == status


@pytest.mark.parametrize(
    ("uid", "gid", "status"),
    [(0, 0, "failed"), (50000, 0, "passed"), (1000, 0, "warned"), (50000, 50000, "warned")],
)
def test_the_user(evidence: MakeEvidence, uid: int, gid: int, status: Status) -> None:
    assert user(evidence(process={"uid": uid, "gid": gid})).status == status


@pytest.mark.parametrize(
    ("changes", "status", "detail"),
    [
        ({"process": {"home": {"path": "/h", "writable": False}}}, "failed", "/h is not writable"),
        (
            {"process": {"airflow_home": {"path": "/a", "writable": True, "mode": "0644"}}},
            "failed",
            "files made in /a are not writable for the group",
        ),
        (
            {"arbitrary_uid": {"airflow": {"exit_code": 1, "complaint": "boom"}}},
            "failed",
            "`airflow version` fails: boom",
        ),
        ({"arbitrary_uid": {"user": None}}, "warned", "the uid has no name"),
    ],
)
def test_another_uid(evidence: MakeEvidence, changes: dict[str, Any], status: Status, detail: str) -> None:
    found = arbitrary_uid(evidence(**changes))

    assert found.status == status
    assert detail in found.detail


@pytest.mark.parametrize(
    ("stop", "detail"),
    [
        (Termination(("ready",), None, 10.0, 10.0, 11.0), "it ran on for 10 s"),
        (Termination(("ready",), 143, 0.1, 10.0, 1.0), "exit code 143"),
        (Termination(("ready", "asked"), 143, 0.1, 10.0, 1.0), "middle of its clean-up"),
        (Termination(("ready", "asked", "cleaned"), 0, 0.6, 10.0, 1.0), "exit code is 0"),
        (Termination(("ready", "asked", "cleaned"), None, 10.0, 10.0, 11.0), "runs on for 10 s"),
    ],
)
def test_signals_that_do_not_arrive(evidence: MakeEvidence, stop: Termination, detail: str) -> None:
    found = signals(replace(evidence(), stopped=stop))

    assert found.status == "failed"
    assert detail in found.detail


def test_a_changed_worker_command_is_told_without_showing_it(evidence: MakeEvidence) -> None:
    words = ("python", "-m", "airflow.sdk.execution_time.execute_workload", "--json-string", "{}")
    changed = {"exit_code": 0, "arguments": [word.encode().hex() for word in words]}

    found = worker_command(evidence(commands={"Airflow 3": changed}))

    assert found.status == "failed"
    assert found.detail == "the worker command of Airflow 3 arrives with 1 of 4 arguments changed"


def test_an_argument_that_docker_run_changes_is_told(evidence: MakeEvidence) -> None:
    found = worker_command(evidence(arguments=WORKLOAD_JSON.split()))

    assert found.detail == "an argument of `docker run` reaches Python changed"


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"start_up": {"compiled": 200, "missing": 800}}, "800 of 1000 modules"),
        ({"environment": {"CONNECTION_CHECK_MAX_COUNT": "20"}}, "CONNECTION_CHECK_MAX_COUNT is 20"),
        ({"environment": {"CONNECTION_CHECK_MAX_COUNT": ""}}, "CONNECTION_CHECK_MAX_COUNT is not set"),
    ],
)
def test_a_slow_start_is_a_warning(evidence: MakeEvidence, changes: dict[str, Any], detail: str) -> None:
    found = start_up(evidence(**changes))

    assert found.status == "warned"
    assert detail in found.detail
    assert found.mend
