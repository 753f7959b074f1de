"""Records: in labels, in files, and what is read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from airflow_ecs_image.local.endpoint import transitions
from airflow_ecs_image.local.endpoint.arns import Names
from airflow_ecs_image.local.endpoint.containers import labels as label_texts
from airflow_ecs_image.local.endpoint.definitions import TaskDefinitions
from airflow_ecs_image.local.endpoint.store import Store
from airflow_ecs_image.local.endpoint.task import Task
from airflow_ecs_image.spec import label_names

from .tasks import new_task

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(TEXT, TEXT, max_size=3), st.lists(TEXT, max_size=3), st.booleans())
def test_labels_hold_the_whole_record(tags: dict[str, str], command: list[str], two: bool) -> None:
    task = new_task(*([("main", True), ("side", False)] if two else []))
    task.request = {
        "tags": [{"key": key, "value": value} for key, value in tags.items()],
        "overrides": {"containerOverrides": [{"name": "main", "command": command}]},
    }

    found = label_texts.labels(task, "stack", "main")

    assert all(isinstance(value, str) for value in found.values())
    assert label_texts.task_of(found) == task


def test_the_record_of_an_ended_task() -> None:
    task = new_task()
    transitions.pending(task, 1001)
    transitions.running(task, 1002.123456, "10.0.0.2", {"main": "f" * 64})
    transitions.exited(task, "main", 1003, 137, "OutOfMemoryError: Container killed due to memory usage")
    transitions.stopped(task, 1004)

    assert Task.from_record(json.loads(json.dumps(task.to_record()))) == task


def test_labels_of_something_else() -> None:
    for content in ({}, {label_texts.RECORD: "{"}, {label_texts.RECORD: "{}"}, {label_texts.RECORD: "[]"}):
        assert label_texts.task_of(content) is None


def test_the_names_of_labels_are_the_project_s() -> None:
    assert label_texts.STACK == label_names.LOCAL
    assert label_texts.TASK == label_names.LOCAL_TASK


def test_files_are_whole_and_their_owner_s_alone(tmp_path: Path) -> None:
    store = Store(tmp_path / "tasks")
    store.write("b", {"n": 1})
    store.write("a", {"n": 2})
    store.write("b", {"n": 3})
    (tmp_path / "tasks/.c.partial").write_text('{"n": 4')

    assert list(store.read_all()) == [("a", {"n": 2}), ("b", {"n": 3})]
    assert (tmp_path / "tasks/a.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "tasks").stat().st_mode & 0o777 == 0o700
    store.remove("a")
    store.remove("a")
    assert [name for name, _ in store.read_all()] == ["b"]


def definitions(folder: Path) -> TaskDefinitions:
    return TaskDefinitions(Store(folder), Names("eu-central-1", "000000000000"))


def test_task_definitions_come_back(tmp_path: Path) -> None:
    first = definitions(tmp_path)
    first.register("a", {"containerDefinitions": []}, [{"key": "k", "value": "v"}])
    first.register("a", {"containerDefinitions": []}, [])
    first.deregister("a:2")

    second = definitions(tmp_path)

    assert second.all() == first.all()
    newest = second.find("a")
    assert newest is not None
    assert newest["revision"] == 1
    assert second.tags_of(newest) == [{"key": "k", "value": "v"}]
    assert second.register("a", {"containerDefinitions": []}, [])["revision"] == 3


def test_task_definitions_of_tasks_are_adopted(tmp_path: Path) -> None:
    carried: dict[str, Any] = new_task().definition
    lost = definitions(tmp_path)

    lost.adopt([carried, carried])

    assert lost.find("plain:1") == carried
    assert definitions(tmp_path).find("plain") == carried
