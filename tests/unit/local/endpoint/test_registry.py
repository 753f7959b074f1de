"""The registry: slots, records, and what it tells its launcher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.local.endpoint.registry import Registry
from airflow_ecs_image.local.endpoint.store import Store
from airflow_ecs_image.local.endpoint.task import Task

from .tasks import new_task


class Launcher:
    """Notes what it is told; the test says what happens to the tasks."""

    def __init__(self, *kept: Task) -> None:
        self.told: list[str] = []
        self._kept = kept

    def accept(self, task: Task) -> None:
        self.told.append(f"accept {task.id[0]}")
        task.link_local = "169.254.171.1"

    def launch(self, task: Task) -> None:
        self.told.append(f"launch {task.id[0]}")

    def stop(self, task: Task) -> None:
        self.told.append(f"stop {task.id[0]}")

    def forget(self, task: Task) -> None:
        self.told.append(f"forget {task.id[0]}")

    def records(self) -> Sequence[Task]:
        return self._kept

    def resume(self, tasks: Sequence[Task]) -> None:
        self.told.append("resume " + "".join(task.id[0] for task in tasks))

    def log(self, task: Task, container: str) -> bytes:
        raise NotImplementedError

    def stats(self, task: Task) -> Mapping[str, Any]:
        raise NotImplementedError


class Clock:
    def __init__(self) -> None:
        self.now = 2000.0

    def __call__(self) -> float:
        return self.now


def opened(folder: Path, *kept: Task, slots: int = 1) -> tuple[Registry, Launcher, Clock]:
    clock = Clock()
    registry, launcher = Registry(Store(folder), slots=slots, clock=clock), Launcher(*kept)
    registry.load(launcher)
    registry.resume()
    launcher.told.clear()
    return registry, launcher, clock


def task(letter: str, **members: Any) -> Task:
    return new_task(task_id=letter * 32, **members)


def run(registry: Registry, letter: str) -> None:
    registry.pending(letter * 32, 2001)
    registry.running(letter * 32, 2002)


def end(registry: Registry, letter: str) -> None:
    registry.exited(letter * 32, "main", 2003, 0)
    registry.stopped(letter * 32, 2004)


def test_one_slot_first_come_first_served(tmp_path: Path) -> None:
    registry, launcher, _ = opened(tmp_path)

    registry.add([task("c"), task("a"), task("b")])

    assert launcher.told == ["accept c", "accept a", "accept b", "launch c"]
    assert registry.counts() == (1, 2)
    run(registry, "c")
    registry.exited("c" * 32, "main", 2003, 0)
    assert launcher.told[-1] == "launch a"
    registry.failed("a" * 32, 2004, "reason")
    assert launcher.told[-1] == "launch b"
    assert registry.counts() == (1, 0)


def test_the_record_is_written_after_what_the_launcher_added(tmp_path: Path) -> None:
    registry, _, _ = opened(tmp_path)
    registry.add([task("a")])

    ((_, record),) = Store(tmp_path).read_all()

    assert record["link_local"] == "169.254.171.1"
    assert record["launched"] is True


def test_a_waiting_task_is_stopped_without_the_launcher(tmp_path: Path) -> None:
    registry, launcher, _ = opened(tmp_path)
    registry.add([task("a"), task("b"), task("c")])
    launcher.told.clear()

    registry.stop(task_of(registry, "b"), "why")
    run(registry, "a")
    end(registry, "a")

    assert launcher.told == ["forget b", "launch c"]
    assert task_of(registry, "b").status == "STOPPED"


def test_a_running_task_is_stopped_once(tmp_path: Path) -> None:
    registry, launcher, _ = opened(tmp_path)
    registry.add([task("a")])
    run(registry, "a")

    registry.stop(task_of(registry, "a"), "first")
    registry.stop(task_of(registry, "a"), "second")

    assert launcher.told.count("stop a") == 1
    assert task_of(registry, "a").stopped_reason == "first"


def test_the_end_of_an_essential_container_ends_the_others(tmp_path: Path) -> None:
    registry, launcher, _ = opened(tmp_path)
    registry.add([new_task(("main", True), ("side", False))])
    run(registry, "a")

    registry.exited("a" * 32, "main", 2003, 0)

    assert launcher.told[-1] == "stop a"
    assert registry.counts() == (1, 0), "its slot is not free while a container runs"
    registry.exited("a" * 32, "side", 2004, 137)
    assert registry.counts() == (0, 0)


def task_of(registry: Registry, letter: str) -> Task:
    found = registry.get(letter * 32)
    assert found is not None
    return found


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    first, _, _ = opened(tmp_path)
    first.add([task("a", created_at=1.0), task("b", created_at=2.0), task("c", created_at=3.0)])
    run(first, "a")
    end(first, "a")
    run(first, "b")
    before = {letter: task_of(first, letter).to_record() for letter in "abc"}

    second = Registry(Store(tmp_path), slots=2)
    launcher = Launcher()
    second.load(launcher)
    assert {letter: task_of(second, letter).to_record() for letter in "abc"} == before
    second.resume()

    # With another slot, the one that waited goes on; the one that runs is taken up.
    assert launcher.told == ["resume bc", "launch c"]
    assert second.counts() == (2, 0)


def test_what_the_launcher_alone_remembers(tmp_path: Path) -> None:
    registry, _, _ = opened(tmp_path, task("b", created_at=2.0, launched=True), task("a", created_at=1.0))

    assert [found.id[0] for found in registry.all()] == ["a", "b"]
    assert registry.counts() == (1, 1)


def test_the_store_knows_more_than_the_launcher(tmp_path: Path) -> None:
    first, _, _ = opened(tmp_path)
    first.add([task("a")])
    run(first, "a")
    end(first, "a")

    second, _, _ = opened(tmp_path, task("a"))

    assert task_of(second, "a").status == "STOPPED"


def test_stopped_tasks_are_forgotten_in_time(tmp_path: Path) -> None:
    registry, launcher, clock = opened(tmp_path)
    registry.add([task("a"), task("b")])
    run(registry, "a")
    end(registry, "a")

    clock.now = 2004 + 10
    registry.forget_stopped(10)
    assert registry.get("a" * 32) is not None
    clock.now += 1
    registry.forget_stopped(10)

    assert launcher.told[-1] == "forget a"
    assert [found.id[0] for found in registry.all()] == ["b"]
    assert [name[0] for name, _ in Store(tmp_path).read_all()] == ["b"]


@pytest.mark.parametrize("unknown", ["f" * 32, ""])
def test_reports_of_unknown_tasks_are_ignored(tmp_path: Path, unknown: str) -> None:
    registry, _, _ = opened(tmp_path)

    registry.pending(unknown, 1)
    registry.exited(unknown, "main", 1, 0)
    registry.failed(unknown, 1, "reason")

    assert registry.all() == []
