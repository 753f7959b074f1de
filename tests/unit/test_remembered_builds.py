"""What a build is remembered by: all that decides what the image holds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.build.remembered import Built, built_from, remember, remembered
from airflow_ecs_image.engine import BuildRequest

PINNED = "debian@sha256:1"


@pytest.fixture
def request_(tmp_path: Path) -> BuildRequest:
    context = tmp_path / "context"
    (context / "dags").mkdir(parents=True)
    (context / "dags" / "one.py").write_text("x = 1\n", encoding="utf-8")
    return BuildRequest("FROM x\n", context, ("a:1",), "linux/amd64", source_date_epoch=1)


def digest(given: BuildRequest) -> str | None:
    return built_from(given, PINNED, None)


def test_the_same_is_the_same(request_: BuildRequest) -> None:
    before = digest(request_)
    (request_.context / "dags" / "one.py").touch()
    assert before == digest(request_) is not None


@pytest.mark.parametrize(
    "change",
    [
        {"dockerfile": "FROM y\n"},
        {"platform": "linux/arm64"},
        {"labels": {"a": "b"}},
        {"build_args": {"a": "b"}},
        {"source_date_epoch": 2},
        {"target": "x"},
    ],
)
def test_another_request(request_: BuildRequest, change: dict[str, Any]) -> None:
    assert digest(replace(request_, **change)) != digest(request_)


def test_another_context(request_: BuildRequest) -> None:
    file = request_.context / "dags" / "one.py"
    seen = {digest(request_)}
    file.chmod(0o755)
    seen.add(digest(request_))
    (request_.context / "empty").mkdir()
    seen.add(digest(request_))
    (request_.context / "link").symlink_to("dags")
    seen.add(digest(request_))
    file.write_text("x = 2\n", encoding="utf-8")
    seen.add(digest(request_))
    assert len(seen) == 5


def test_the_base(request_: BuildRequest) -> None:
    assert built_from(request_, "local:1", "sha256:1") != built_from(request_, "local:1", "sha256:2")
    assert built_from(request_, "local:1", None) is None
    assert built_from(request_, PINNED, None) != built_from(request_, "debian@sha256:2", None)


def test_stored_credentials_are_never_remembered(request_: BuildRequest) -> None:
    assert digest(replace(request_, secret_build_args={"key": "value"})) is None


def test_what_was_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert remembered("a:1") is None
    remember("a:1", Built("from", "sha256:1", 24))
    assert remembered("a:1") == Built("from", "sha256:1", 24)
    assert remembered("b:1") is None
    monkeypatch.setenv("DOCKER_HOST", "unix:///elsewhere.sock")
    assert remembered("a:1") is None


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"built_from": "x"})])
def test_a_spoilt_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    remember("a:1", Built("from", "sha256:1", 24))
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    file.write_text(content, encoding="utf-8")
    assert remembered("a:1") is None


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "airflow-ecs-image").write_text("a file", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    remember("a:1", Built("from", "sha256:1", 24))
    assert remembered("a:1") is None
