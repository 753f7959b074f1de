"""`ecs task-definition` looks into the image: the engine's, or its registry's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.cli import run
from airflow_ecs_image.engine import Engine, images
from bench.contenders.dockerfile import native_platform

from .local_registry import LocalRegistry
from .worker_images import REPOSITORY, build_dockerfile

# What decides a task definition is in an image's configuration; its files do not matter.
_DOCKERFILE = """
FROM scratch
COPY task-definition-test /
LABEL org.apache.airflow.version=3.3.2 org.apache.airflow.python.version=3.13
LABEL io.airflow-ecs-image.writable-paths='["/opt/airflow/logs", "/tmp"]'
"""
_ARCHITECTURE = {"linux/amd64": "X86_64", "linux/arm64": "ARM64"}
_OTHER = {"linux/amd64": "linux/arm64", "linux/arm64": "linux/amd64"}

Shell = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def tag(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An image that was never pushed."""
    context = tmp_path_factory.mktemp("context")
    (context / "task-definition-test").touch()
    return build_dockerfile(_DOCKERFILE, context, f"{REPOSITORY}:task-definition")


@pytest.fixture(scope="module")
def pushed(tag: str, local_registry: LocalRegistry) -> str:
    """The same in a registry; this engine does not know it by that name."""
    return local_registry.push(tag, "team/worker", "1")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "image.toml").write_text(
        '[ecs]\nregion = "eu-central-1"\naccount_id = "123456789012"\n'
        'execution_api_server_url = "https://airflow.example.com/execution/"\n',
        encoding="utf-8",
    )
    return tmp_path


def made(directory: Path, capsys: Shell, *arguments: str) -> tuple[Any, str]:
    assert run(["-C", str(directory), "ecs", "task-definition", *arguments]) == 0, capsys.readouterr().err
    shown = capsys.readouterr()
    return json.loads(shown.out), shown.err


def refused(directory: Path, capsys: Shell, *arguments: str) -> tuple[int, str]:
    code = run(["-C", str(directory), "ecs", "task-definition", *arguments])
    shown = capsys.readouterr()
    assert shown.out == ""
    assert [line.startswith("error:") for line in shown.err.splitlines()].count(True) == 1
    return code, shown.err


def test_the_registry_tells_what_this_engine_does_not_hold(
    pushed: str, directory: Path, capsys: Shell
) -> None:
    definition, _ = made(directory, capsys, "--image", pushed, "--platform", native_platform())
    (container,) = definition["containerDefinitions"]
    name, _, digest = container["image"].partition("@")
    assert name == pushed.rpartition(":")[0]
    assert digest.startswith("sha256:")
    assert container["readonlyRootFilesystem"] is True
    assert definition["runtimePlatform"]["cpuArchitecture"] == _ARCHITECTURE[native_platform()]
    again, _ = made(directory, capsys, "--image", container["image"], "--platform", native_platform())
    assert again == definition


def test_this_engine_tells_what_it_holds_and_knows_the_digest_of_a_push(
    tag: str, pushed: str, directory: Path, capsys: Shell
) -> None:
    Engine().docker("image", "pull", "--quiet", pushed)
    try:
        definition, _ = made(directory, capsys, "--image", pushed)
        digest = next(each for each in images.inspect(pushed).digests if each.startswith(pushed[:10]))
        # The same image by its other name has this digest and no other.
        by_its_other_name, _ = made(directory, capsys, "--image", tag)
    finally:
        images.remove(pushed)
    assert definition["containerDefinitions"][0]["image"] == digest
    assert by_its_other_name == definition
    assert definition["runtimePlatform"]["cpuArchitecture"] == _ARCHITECTURE[native_platform()]


def test_the_image_tells_its_versions_unless_somebody_says_others(
    tag: str, directory: Path, capsys: Shell
) -> None:
    definition, words = made(directory, capsys, "--image", tag, "--allow-tag")
    assert definition["containerDefinitions"][0]["image"] == tag
    assert "is a tag" in words
    code, words = refused(directory, capsys, "--image", tag, "--allow-tag", "--airflow-version", "3.3.1")
    assert code == 2
    assert f"airflow_version: '3.3.1' is asked for, but {tag} holds 3.3.2" in words


def test_an_image_of_another_platform_is_refused(tag: str, directory: Path, capsys: Shell) -> None:
    other = _OTHER[native_platform()]
    code, words = refused(directory, capsys, "--image", tag, "--allow-tag", "--platform", other)
    assert code == 2
    assert f"made for {native_platform()}, and {other} is asked for" in words


def test_a_registry_without_that_platform_is_refused(pushed: str, directory: Path, capsys: Shell) -> None:
    code, words = refused(directory, capsys, "--image", pushed, "--platform", _OTHER[native_platform()])
    assert code == 2
    assert f"made for {native_platform()}, not for" in words


def test_an_image_that_was_never_pushed_is_refused(tag: str, directory: Path, capsys: Shell) -> None:
    code, words = refused(directory, capsys, "--image", tag)
    assert code == 2
    assert f"push {tag} REPOSITORY" in words


def test_an_image_that_is_nowhere_is_refused(
    pushed: str, local_registry: LocalRegistry, directory: Path, capsys: Shell
) -> None:
    assert refused(directory, capsys, "--image", "no-such-image:1")[0] == 14
    code, words = refused(directory, capsys, "--image", f"{local_registry.address}/no/such:1")
    assert code == 14
    assert "this engine does not hold it either" in words
    code, words = refused(directory, capsys, "--image", "127.0.0.1:1/team/worker:1")
    assert code == 4
    assert "--no-inspect" in words
