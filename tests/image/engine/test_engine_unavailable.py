"""An engine that is stopped or missing: one line, at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from airflow_ecs_image.engine import BuildResult, Engine, containers, images
from airflow_ecs_image.errors import EngineUnavailable


def test_an_engine_that_is_stopped_is_noticed_at_once(
    built: Callable[..., BuildResult], name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[Callable[[], object]] = [
        Engine().version,
        lambda: images.inspect(name),
        lambda: containers.run(name, ["true"]),
        lambda: built("FROM scratch\nCOPY file.txt /\n"),
        lambda: save_whole(name),
    ]
    with monkeypatch.context() as environment:
        environment.setenv("DOCKER_HOST", f"unix://{tmp_path}/stopped.sock")
        started = time.monotonic()
        for call in calls:
            with pytest.raises(EngineUnavailable, match="no Docker engine answers") as raised:
                call()
            assert raised.value.mend
        assert time.monotonic() - started < 5


def test_a_machine_without_docker(name: str) -> None:
    engine = Engine("/nonexistent/docker")
    for call in (engine.version, lambda: images.inspect(name, engine=engine)):
        with pytest.raises(EngineUnavailable, match="command not found"):
            call()


def test_the_engine_tells_what_it_is() -> None:
    version = Engine().version()

    assert version.server[0].isdigit()
    assert version.operating_system == "linux"
    assert version.architecture == Engine().architecture()
    assert Engine().buildx_version()[0].isdigit()


def test_the_builder_is_the_one_inside_the_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    assert Engine().builder() == "default"
    (tmp_path / "config.json").write_text('{"currentContext": "desktop-linux"}')
    assert Engine().builder() == "desktop-linux"
    monkeypatch.setenv("DOCKER_CONTEXT", "remote")
    assert Engine().builder() == "remote"
    monkeypatch.setenv("DOCKER_HOST", "unix:///x.sock")
    assert Engine().builder() == "default"


def save_whole(reference: str) -> bytes:
    with images.save(reference) as archive:
        return archive.read()
