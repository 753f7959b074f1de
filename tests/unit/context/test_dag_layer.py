"""The archive that BuildKit unpacks as the layer of the DAG files."""

from __future__ import annotations

import errno
import hashlib
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from airflow_ecs_image.context import DAG_LAYER, build_context, collect_dag_files, has_dag_layer
from airflow_ecs_image.errors import DagFolderError, DiskFull
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.versions import load_versions

Write = Callable[[Mapping[str, str | bytes]], Path]
FILES: dict[str, str | bytes] = {
    "dags/a.py": "a",
    "dags/sub/deep/b.csv": b"\0\xff",
    "dags/run.sh": "r",
    "dags/ü $x (1).py": "u",
    "dags/.env": "x",
}


def entries(directory: Path, **fields: str) -> list[tarfile.TarInfo]:
    """What the archive of a project holds."""
    spec = ImageSpec.model_validate(fields)
    with build_context(spec, directory, collect_dag_files(directory, "dags", airflow_major=3)) as context:
        assert [path.name for path in context.iterdir()] == [DAG_LAYER]
        with tarfile.open(context / DAG_LAYER) as archive:
            return archive.getmembers()


def test_every_uid_of_group_0_may_use_it(write: Write) -> None:
    directory = write(FILES)
    (directory / "dags/run.sh").chmod(0o700)
    found = {entry.name: (f"{entry.mode:o}", entry.uid, entry.gid) for entry in entries(directory)}
    assert found == {
        "home": ("755", 0, 0),
        "home/airflow": ("775", 50000, 0),
        "opt": ("755", 0, 0),
        "opt/airflow": ("775", 50000, 0),
        "opt/airflow/dags": ("775", 50000, 0),
        "opt/airflow/dags/sub": ("775", 50000, 0),
        "opt/airflow/dags/sub/deep": ("775", 50000, 0),
        "opt/airflow/dags/a.py": ("664", 50000, 0),
        "opt/airflow/dags/run.sh": ("775", 50000, 0),
        "opt/airflow/dags/sub/deep/b.csv": ("664", 50000, 0),
        "opt/airflow/dags/ü $x (1).py": ("664", 50000, 0),
    }


def test_a_folder_elsewhere_and_what_lies_above_it(write: Write) -> None:
    found = {
        entry.name: f"{entry.mode:o}" for entry in entries(write(FILES), container_dag_path="/srv/of/dags")
    }
    assert {name: mode for name, mode in found.items() if name.startswith("srv")} == {
        "srv": "755",
        "srv/of": "755",
        "srv/of/dags": "775",
        "srv/of/dags/a.py": "664",
        "srv/of/dags/run.sh": "664",
        "srv/of/dags/sub": "775",
        "srv/of/dags/sub/deep": "775",
        "srv/of/dags/sub/deep/b.csv": "664",
        "srv/of/dags/ü $x (1).py": "664",
    }
    assert found["opt/airflow"] == found["home/airflow"] == "775"


def test_a_folder_comes_before_what_is_in_it(write: Write) -> None:
    names = [entry.name for entry in entries(write(FILES))]
    for name in names:
        parent = name.rpartition("/")[0]
        assert not parent or names.index(parent) < names.index(name)


def test_the_same_files_are_the_same_archive(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = write(FILES)

    def digest() -> str:
        dag_files = collect_dag_files(directory, "dags", airflow_major=3)
        with build_context(ImageSpec.model_validate({}), directory, dag_files) as context:
            return hashlib.sha256((context / DAG_LAYER).read_bytes()).hexdigest()

    before = digest()
    for path in directory.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert digest() == before
    assert {entry.mtime for entry in entries(directory)} == {load_versions().source_date_epoch}
    (directory / "dags/a.py").write_text("b", encoding="utf-8")
    assert digest() != before


def test_a_link_arrives_as_a_file(write: Write) -> None:
    directory = write(FILES)
    (directory / "dags/b.py").symlink_to("a.py")
    assert {entry.name: entry.isreg() for entry in entries(directory)}["opt/airflow/dags/b.py"]


def test_spread_over_several_every_file_has_its_place(write: Write) -> None:
    """An edit changes the archive of its file alone; so does a file that comes or goes."""
    directory = write({f"dags/dag_{number}.py": f"{number}" for number in range(60)})
    spec = ImageSpec.model_validate({"levers": {"split-dag-layer": "on"}})

    def archives() -> dict[str, set[tuple[str, bytes]]]:
        dag_files = collect_dag_files(directory, "dags", airflow_major=3)
        with build_context(spec, directory, dag_files) as context:
            return {path.name: set(contents(path)) for path in context.iterdir()}

    before = archives()
    assert sorted(before) == [f"{DAG_LAYER}.{number}" for number in range(1, 9)]
    files = [name for each in before.values() for name, _ in each]
    assert sorted(files) == sorted(f"opt/airflow/dags/dag_{number}.py" for number in range(60))
    assert max(map(len, before.values())) < 20
    (directory / "dags/dag_7.py").write_text("edited", encoding="utf-8")
    edited = archives()
    (directory / "dags/dag_7.py").unlink()
    removed = archives()
    (place,) = (name for name, each in before.items() if ("opt/airflow/dags/dag_7.py", b"7") in each)
    for name in before:
        assert (before[name] == edited[name]) == (before[name] == removed[name]) == (name != place)


def contents(archive: Path) -> Iterator[tuple[str, bytes]]:
    """The files of an archive."""
    with tarfile.open(archive) as opened:
        for entry in opened:
            if entry.isreg() and (file := opened.extractfile(entry)) is not None:
                yield entry.name, file.read()


def test_a_template_of_the_users_gets_the_folder() -> None:
    assert has_dag_layer(ImageSpec.model_validate({}))
    assert not has_dag_layer(ImageSpec.model_validate({"template": "own.j2"}))
    assert not has_dag_layer(ImageSpec.model_validate({"dag_source": "none"}))


def test_a_file_that_vanished_is_named_and_nothing_stays(
    write: Write, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    directory = write(FILES)
    dag_files = collect_dag_files(directory, "dags", airflow_major=3)
    (directory / "dags/a.py").unlink()
    with (
        pytest.raises(DagFolderError, match=r"dags/a\.py cannot be copied: No such file or directory"),
        build_context(ImageSpec.model_validate({}), directory, dag_files),
    ):
        pytest.fail("the context is not complete")
    assert list(temporary.iterdir()) == []


def test_a_full_disk_is_said_as_such(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    directory = write(FILES)
    dag_files = collect_dag_files(directory, "dags", airflow_major=3)
    monkeypatch.setattr(tarfile.TarFile, "addfile", full)
    with (
        pytest.raises(DiskFull, match="no space left"),
        build_context(ImageSpec.model_validate({}), directory, dag_files),
    ):
        pytest.fail("the context is not complete")
