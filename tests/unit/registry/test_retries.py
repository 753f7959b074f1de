"""Attempts: how many, with which pauses, and what is said."""

from __future__ import annotations

import io

import pytest

from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import RegistryUnavailable, TagTaken
from airflow_ecs_image.registry.answers import Transient
from airflow_ecs_image.registry.repository import Repository
from airflow_ecs_image.registry.retries import ATTEMPTS, PAUSES, with_retries

PLACE = Repository("registry.example.com", "worker")


class Attempts:
    """Runs an action that fails as it is told, and remembers the pauses in place of making them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pauses: list[float] = []
        self.shown = io.StringIO()
        monkeypatch.setattr("airflow_ecs_image.registry.retries.time.sleep", self.pauses.append)

    def run(self, *faults: Exception) -> str:
        left = list(faults)

        def action() -> str:
            if left:
                raise left.pop(0)
            return "done"

        return with_retries(action, PLACE, Console(stream=self.shown, environment={}))


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> Attempts:
    return Attempts(monkeypatch)


def test_pauses_grow_and_each_has_a_line(attempts: Attempts) -> None:
    assert attempts.run(*[Transient("a fault")] * (ATTEMPTS - 1)) == "done"
    assert attempts.pauses == list(PAUSES) == sorted(PAUSES)
    assert attempts.shown.getvalue().splitlines() == [
        f"note: registry.example.com: a fault; attempt {number} of 5 in {pause:g} s"
        for number, pause in enumerate(PAUSES, 2)
    ]


def test_the_last_attempt_has_the_last_word(attempts: Attempts) -> None:
    with pytest.raises(RegistryUnavailable, match=r"^registry.example.com: a fault, 5 times$"):
        attempts.run(*[Transient("a fault")] * ATTEMPTS)
    assert len(attempts.pauses) == ATTEMPTS - 1


def test_the_rounds_of_docker_count(attempts: Attempts) -> None:
    with pytest.raises(RegistryUnavailable, match="a fault, 5 times"):
        attempts.run(Transient("a fault", rounds=5))
    assert attempts.pauses == []
    assert attempts.run(Transient("a fault", rounds=4)) == "done"
    assert attempts.pauses == [PAUSES[3]]


def test_what_is_not_transient_is_not_tried_again(attempts: Attempts) -> None:
    with pytest.raises(TagTaken):
        attempts.run(TagTaken("taken"))
    assert attempts.pauses == []
