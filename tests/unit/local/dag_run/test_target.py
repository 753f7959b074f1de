"""A DAG is found by its file or its id, and only as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from airflow_ecs_image.errors import DagNotFound
from airflow_ecs_image.local.dag_run.airflow_api import Dag, DagRun, ImportFailure, TaskInstance
from airflow_ecs_image.local.dag_run.target import Target, target_of, wait_for_dag

from .clock import Clock


class Airflow:
    """Answers `steps` one after the other, and the last one from then on."""

    def __init__(self, *steps: tuple[list[Dag], list[ImportFailure]]) -> None:
        self.steps = list(steps)
        self.asked_for: list[str] = []
        self.sources: dict[float | None, str] = {}

    def dags(self) -> list[Dag]:
        return self.steps[0][0]

    def import_failures(self) -> list[ImportFailure]:
        return (self.steps.pop(0) if len(self.steps) > 1 else self.steps[0])[1]

    def source(self, dag: Dag) -> str | None:
        return self.sources.get(dag.parsed)

    def request_parsing(self, dag: Dag) -> None:
        self.asked_for.append(dag.file)

    def unpause(self, dag_id: str) -> None:
        raise NotImplementedError

    def pause(self, dag_id: str) -> None:
        raise NotImplementedError

    def trigger(self, dag_id: str, conf: Mapping[str, object]) -> DagRun:
        raise NotImplementedError

    def dag_run(self, dag_id: str, run_id: str) -> DagRun:
        raise NotImplementedError

    def task_instances(self, dag_id: str, run_id: str) -> list[TaskInstance]:
        raise NotImplementedError

    def tries(self, instance: TaskInstance) -> list[TaskInstance]:
        raise NotImplementedError

    def task_log(self, instance: TaskInstance) -> str:
        raise NotImplementedError


def dag(dag_id: str, file: str, parsed: float = 10.0) -> Dag:
    return Dag(dag_id, file, is_paused=True, parsed=parsed, file_token="")


def found(airflow: Airflow, target: Target, text: str | None = None) -> Dag:
    """Wait for at most 60 s; the file was given to Airflow at 10."""
    clock = Clock()
    return wait_for_dag(
        airflow, target, text_of=lambda _: text, since=10, seconds=60, clock=clock, sleep=clock.sleep
    )


BY_FILE = Target("dags/a.py", "a.py", None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dags" / "sub").mkdir(parents=True)
    (tmp_path / "dags" / "sub" / "a.py").touch()
    (tmp_path / "b.py").touch()
    return tmp_path / "dags"


@pytest.mark.parametrize("said", ["dags/sub/a.py", "./dags/sub/a.py", "sub/a.py"])
def test_a_file_is_said_from_here_or_from_inside_the_folder(said: str, folder: Path) -> None:
    assert target_of(said, folder.parent, folder) == Target(said, "sub/a.py", None)


def test_an_absolute_path(folder: Path) -> None:
    assert target_of(str(folder / "sub/a.py"), Path(), folder).file == "sub/a.py"


def test_any_other_word_is_a_dag_id(folder: Path) -> None:
    assert target_of("FARGATE-DAG", folder.parent, folder) == Target("FARGATE-DAG", None, "FARGATE-DAG")


def test_a_file_elsewhere_is_no_dag_file(folder: Path) -> None:
    with pytest.raises(DagNotFound, match=r"b\.py: it is not below the DAG folder"):
        target_of("b.py", folder.parent, folder)


@pytest.mark.parametrize("said", ["nope.py", "dags/nope"])
def test_a_file_that_does_not_exist(said: str, folder: Path) -> None:
    with pytest.raises(DagNotFound, match="there is no such file"):
        target_of(said, folder.parent, folder)


def test_the_dag_of_a_file_is_waited_for() -> None:
    airflow = Airflow(([], []), ([dag("B", "b.py")], []), ([dag("B", "b.py"), dag("A", "a.py")], []))
    assert found(airflow, BY_FILE).dag_id == "A"


def test_what_is_of_an_older_file_does_not_count() -> None:
    old, again, new = dag("A", "a.py", 10), dag("A", "a.py", 11), dag("A", "a.py", 12)
    airflow = Airflow(([old], []), ([old], []), ([old], []), ([again], []), ([new], []))
    # Airflow parses a file more often than it stores what is new in it ([core] min_serialized_dag_update_interval).
    airflow.sources = {10: "old", 11: "old", 12: "airflow dag new"}
    assert found(airflow, BY_FILE, "airflow dag\n new\n").parsed == 12
    assert airflow.asked_for == ["a.py"]


def test_what_is_of_this_file_is_taken_at_once() -> None:
    airflow = Airflow(([dag("A", "a.py")], []))
    airflow.sources = {10.0: "airflow dag"}
    assert found(airflow, BY_FILE, "airflow dag").dag_id == "A"
    assert airflow.asked_for == []


def test_an_archive_has_no_text_to_compare() -> None:
    airflow = Airflow(([dag("A", "a.zip")], []))
    airflow.sources = {10.0: "PK"}
    assert found(airflow, Target("a.zip", "a.zip", None)).dag_id == "A"


def test_several_dags_are_named() -> None:
    both = [dag("two", "a.py"), dag("one", "a.py")]
    with pytest.raises(DagNotFound, match="2 DAGs are in it: one, two") as caught:
        found(Airflow((both, [])), BY_FILE)
    assert caught.value.mend == "say which: --dag-id one"
    assert found(Airflow((both, [])), Target("a.py", "a.py", "two")).dag_id == "two"


def test_a_dag_that_was_renamed_is_no_second_dag() -> None:
    both = [dag("old", "a.py", 10), dag("new", "a.py", 12.5), dag("B", "b.py", 14)]
    assert found(Airflow((both, [])), BY_FILE).dag_id == "new"
    with pytest.raises(DagNotFound, match=r"old: a\.py has no such DAG; it has new"):
        found(Airflow((both, [])), Target("a.py", "a.py", "old"))


def failing(seen: float, trace: str = "SyntaxError: now") -> tuple[list[Dag], list[ImportFailure]]:
    """The DAG as it was before, and an import error of its file."""
    return [dag("A", "a.py", 10)], [ImportFailure("a.py", seen, trace)]


def found_with_old_source(*steps: tuple[list[Dag], list[ImportFailure]], target: Target = BY_FILE) -> Dag:
    airflow = Airflow(*steps)
    airflow.sources = {10: "old", 13: "airflow dag new"}
    return found(airflow, target, "airflow dag new")


def test_a_file_that_cannot_be_imported() -> None:
    trace = "Traceback (most recent call last):\n  File …\nModuleNotFoundError: No module named 'x'\n"
    with pytest.raises(
        DagNotFound, match=r"cannot import a\.py: ModuleNotFoundError: No module named 'x'"
    ) as caught:
        found_with_old_source(([], []), failing(11, trace))
    assert caught.value.details[0] == "Traceback (most recent call last):"


@pytest.mark.parametrize("seen", [9.0, 11.0])
def test_an_import_error_of_the_file_before_it_was_mended_does_not_count(seen: float) -> None:
    steps = [failing(seen)] * 5
    assert found_with_old_source(*steps, ([dag("A", "a.py", 13)], [])).parsed == 13


@pytest.mark.parametrize("seen", [10.5, 11.0])
@pytest.mark.parametrize("target", [BY_FILE, Target("A", None, "A")])
def test_a_file_that_can_no_longer_be_imported_keeps_no_dag(seen: float, target: Target) -> None:
    with pytest.raises(DagNotFound, match="SyntaxError: now"):
        found_with_old_source(failing(seen), target=target)


def test_an_import_error_that_stays_although_the_file_did_not_change() -> None:
    with pytest.raises(DagNotFound, match="SyntaxError: now"):
        found(Airflow(([], [ImportFailure("a.py", 5, "SyntaxError: now")])), BY_FILE)


def test_an_unknown_id_is_said_with_those_that_are_known() -> None:
    airflow = Airflow(([dag("A", "a.py")], [ImportFailure("b.py", 1, "")]))
    with pytest.raises(DagNotFound, match=r"no DAG of that id; it knows A, and cannot import b\.py"):
        found(airflow, Target("Z", None, "Z"))


def test_a_file_without_a_dag() -> None:
    with pytest.raises(DagNotFound, match=r"found no DAG in a\.py within 60 s"):
        found(Airflow(([dag("B", "b.py")], [])), BY_FILE)


@pytest.mark.parametrize(
    "text", ["", "import pendulum", "from airflow import models", "a dag of another tool"]
)
def test_a_file_that_airflow_does_not_even_read(text: str) -> None:
    with pytest.raises(DagNotFound, match="the words 'airflow' and 'dag' are not in it"):
        found(Airflow(([], [])), BY_FILE, text)


def test_a_file_without_that_dag() -> None:
    with pytest.raises(DagNotFound, match=r"Z: dags/a\.py has no such DAG; it has A"):
        found(Airflow(([dag("A", "a.py")], [])), Target("dags/a.py", "a.py", "Z"))
