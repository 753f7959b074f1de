"""Registries, small images, and the command that pushes them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from airflow_ecs_image.engine import images
from tests.image.local_registry import LocalRegistry, registry_image
from tests.image.worker_images import REPOSITORY

from .pushing import Pusher, small_image
from .registry_front import Front, registry_front

_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the records of this machine's checks nor the docker login of its user count."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses themselves are proven elsewhere."""
    monkeypatch.setattr("airflow_ecs_image.registry.retries.PAUSES", (0.01,) * 4)


@pytest.fixture(scope="session")
def closed_registry(
    root_filesystem_image: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalRegistry]:
    """A registry that wants a login."""
    image = registry_image(root_filesystem_image, tmp_path_factory.mktemp("registry"))
    registry = LocalRegistry(image, wants_login=True)
    try:
        registry.run()
        yield registry
    finally:
        registry.remove()


@pytest.fixture
def front(local_registry: LocalRegistry) -> Iterator[Front]:
    """A server in front of the registry, which passes all on until it has rules."""
    with registry_front(local_registry.address) as running:
        yield running


@pytest.fixture
def push(capsys: pytest.CaptureFixture[str]) -> Iterator[Pusher]:
    """The command."""
    pusher = Pusher(capsys)
    yield pusher
    pusher.forget_names()


@pytest.fixture
def make_image(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Makes small images, which are removed at the end with all their names."""
    made: list[str] = []

    def make(suffix: str = "", **settings: object) -> str:
        name = f"{REPOSITORY}-push:{next(_numbers)}{suffix}"
        made.append(images.inspect(small_image(tmp_path, name, **settings)).id)  # type: ignore[arg-type]
        return name

    yield make
    for identifier in made:
        if images.exists(identifier):
            images.remove(identifier, force=True)


@pytest.fixture
def image(make_image: Callable[..., str]) -> str:
    """One small image."""
    return make_image()


@pytest.fixture
def name() -> str:
    """The name of a repository that no other test uses."""
    return f"team/worker-{next(_numbers)}"
