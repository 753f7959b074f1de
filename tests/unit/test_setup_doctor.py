"""What the facts of a machine mean for building images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from airflow_ecs_image.setup.doctor import Facts, prerequisites
from airflow_ecs_image.setup.engine_state import EngineState
from airflow_ecs_image.setup.machine import Machine
from airflow_ecs_image.setup.network import Reach
from airflow_ecs_image.setup.prerequisites import Prerequisite, State

ENGINE = EngineState(
    "28.2.2", "0.13.1", "26.1.5+dfsg1", storage_driver="overlay2", root_directory=Path("/var/lib/docker")
)
READY = Facts(
    machine=Machine("Linux", "amd64", "Debian GNU/Linux 12 (bookworm)", "debian", version="12"),
    python=(3, 11, 2),
    virtual_environment=Path("/srv/checkout/.venv"),
    engine=ENGINE,
    free_bytes=80_000_000_000,
    emulation_registered=True,
    missing_tools=(),
    registry=Reach("docker.io"),
    package_index=Reach("pypi.org"),
    debian_mirror=Reach("deb.debian.org"),
    ca_bundles={},
    proxies={},
)
NO_REGISTRY = Reach("docker.io", "its name does not resolve")


def by_name(facts: Facts) -> dict[str, Prerequisite]:
    return {each.name: each for each in prerequisites(facts)}


def test_a_ready_machine_misses_nothing() -> None:
    found = prerequisites(READY)
    assert {each.state for each in found} == {State.OK}
    assert len({each.name for each in found}) == len(found)


@pytest.mark.parametrize(
    ("facts", "name", "state", "mend"),
    [
        (replace(READY, python=(3, 10, 12)), "Python", State.MISSING, "setup/environment"),
        (replace(READY, virtual_environment=None), "virtual environment", State.WARNING, "setup/environment"),
        (replace(READY, engine=EngineState()), "docker command", State.MISSING, "python build.py setup"),
        (replace(READY, engine=EngineState("28.2.2")), "buildx", State.MISSING, "python build.py setup"),
        (replace(READY, engine=EngineState("28.2.2", "0.13.1")), "Docker engine", State.MISSING, "python build.py setup"),
        (replace(READY, engine=replace(ENGINE, server="20.10.24+dfsg1")), "Docker engine", State.MISSING, "upgrade it"),
        (replace(READY, free_bytes=1_000_000_000), "free disk space", State.WARNING, "docker builder prune"),
        (replace(READY, emulation_registered=False), "emulation of linux/arm64", State.WARNING, "--platform linux/arm64"),
        (replace(READY, registry=NO_REGISTRY), "container registry", State.WARNING, "--base"),
        (replace(READY, package_index=Reach("pypi.org", "refused")), "Python package index", State.MISSING, "PIP_INDEX_URL"),
        (replace(READY, debian_mirror=Reach("deb.debian.org", "refused")), "Debian mirror", State.WARNING, "--debian-mirror"),
        (replace(READY, ca_bundles={"PIP_CERT": Path("/no/such.pem")}), "CA bundle", State.MISSING, "unset PIP_CERT"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_a_state_and_a_mend(facts: Facts, name: str, state: State, mend: str) -> None:
    found = by_name(facts)[name]
    assert found.state is state
    assert mend in (found.mend or "")


def test_why_the_engine_does_not_answer_is_said() -> None:
    engine = EngineState("28.2.2", "0.13.1", problem="this user may not use it", problem_mend="log in again")
    found = by_name(replace(READY, engine=engine))["Docker engine"]
    assert (found.detail, found.mend) == ("this user may not use it", "log in again")


def test_without_a_registry_the_tools_and_the_mirror_are_needed() -> None:
    facts = replace(READY, missing_tools=("mmdebstrap",), debian_mirror=Reach("deb.debian.org", "refused"))
    assert by_name(facts)["root filesystem tools"].state is State.OK
    alone = by_name(replace(facts, registry=NO_REGISTRY))
    assert alone["root filesystem tools"].state is State.MISSING
    assert alone["Debian mirror"].state is State.MISSING


def test_storage_of_an_engine_elsewhere_is_not_measured() -> None:
    found = by_name(replace(READY, free_bytes=None))["free disk space"]
    assert (found.state, found.mend) == (State.WARNING, None)


@pytest.mark.parametrize(
    ("server", "recent"), [("23.0.0", True), ("20.10.24", False), ("29.1", True), ("dev", True), (None, True)]
)
def test_the_engine_must_know_here_documents(server: str | None, recent: bool) -> None:
    assert EngineState(server=server).is_recent is recent
