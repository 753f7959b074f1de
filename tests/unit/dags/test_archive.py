"""The archive of a DAG folder: everything comes back, and nothing but content decides its bytes."""

from __future__ import annotations

import hashlib
import io
import os
import random
import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_ecs_image.cli import run
from airflow_ecs_image.dags.archive import Archive, PackedFile, pack
from airflow_ecs_image.dags.versions import sha256_of

PARTS = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=40
).filter(lambda part: part not in (".", ".."))
PATHS = st.lists(PARTS, min_size=1, max_size=6).map(lambda parts: PurePosixPath(*parts))
FILES = st.dictionaries(PATHS, st.tuples(st.binary(max_size=200), st.booleans()), max_size=12)


def of(files: dict[PurePosixPath, tuple[bytes, bool]]) -> list[PackedFile]:
    return [PackedFile(path, content, executable) for path, (content, executable) in files.items()]


def members(archive: Archive) -> dict[str, tuple[bytes, tarfile.TarInfo]]:
    with tarfile.open(fileobj=io.BytesIO(archive.content), mode="r:gz", encoding="utf-8") as tar:
        return {
            member.name: (content.read(), member) for member in tar if (content := tar.extractfile(member))
        }


@given(FILES)
def test_every_file_comes_back(files: dict[PurePosixPath, tuple[bytes, bool]]) -> None:
    archive = pack(of(files))
    found = members(archive)
    assert {name: content for name, (content, _) in found.items()} == {
        path.as_posix(): content for path, (content, _) in files.items()
    }
    for path, (_, executable) in files.items():
        member = found[path.as_posix()][1]
        assert (member.isreg(), member.mode) == (True, 0o755 if executable else 0o644)
        assert (member.mtime, member.uid, member.gid, member.uname, member.gname) == (0, 0, 0, "", "")
    assert archive.files == len(files)
    assert archive.unpacked_bytes == sum(len(content) for content, _ in files.values())
    assert list(found) == sorted(found, key=str.encode)


@given(FILES, st.randoms(use_true_random=False))
def test_the_order_does_not_count(
    files: dict[PurePosixPath, tuple[bytes, bool]], dice: random.Random
) -> None:
    shuffled = of(files)
    dice.shuffle(shuffled)
    assert pack(shuffled) == pack(of(files))


@given(FILES)
@settings(max_examples=30)
def test_the_name_is_the_hash_of_the_bytes(files: dict[PurePosixPath, tuple[bytes, bool]]) -> None:
    archive = pack(of(files))
    assert archive.sha256 == hashlib.sha256(archive.content).hexdigest() == sha256_of(archive.name)
    assert archive.name.endswith(".tar.gz")


@pytest.mark.parametrize(
    "name", ["x" * 255, "/".join(["folder" * 10] * 16), "日本 ü\n'\"$(id)/a b\\c.py", "-rf"]
)
def test_hostile_and_long_names(name: str) -> None:
    assert members(pack([PackedFile(PurePosixPath(name), b"1")])).keys() == {name}


def test_a_change_of_anything_is_another_archive() -> None:
    base = PackedFile(PurePosixPath("a.py"), b"1")
    others = [
        [PackedFile(PurePosixPath("b.py"), b"1")],
        [PackedFile(PurePosixPath("a.py"), b"2")],
        [PackedFile(PurePosixPath("a.py"), b"1", executable=True)],
        [base, PackedFile(PurePosixPath("b.py"), b"")],
    ]
    assert len({pack(files).sha256 for files in [[base], *others]}) == 5


def test_the_bytes_stay_the_same() -> None:
    """Another result here means that every archive gets another name with the next release, or on another Python."""
    files = [
        PackedFile(PurePosixPath("dag.py"), b"from airflow import DAG\n" * 40),
        PackedFile(PurePosixPath("été/" + "x" * 120 + ".sh"), b"#!/bin/sh\n", executable=True),
    ]
    assert pack(files).sha256 == "a208972145be140312b1f103d130326339a9f7b541c74dcec52efeb159539052"


CONTENT = {
    "dag.py": b"import airflow\n" * 30,
    "lib/__init__.py": b"",
    "lib/été 日本.py": b"x = 1\n",
    "lib/" + "n" * 130 + ".sql": b"select 1",
    "run.sh": b"#!/bin/sh\n",
}


def packed(directory: Path, *, locale: str = "C.UTF-8", zone: str = "UTC", umask: int = 0o022) -> bytes:
    """What `dags pack` writes in a process of its own."""
    environment = {**os.environ, "LC_ALL": locale, "TZ": zone, "PYTHONHASHSEED": str(umask)}
    subprocess.run(
        [sys.executable, "-m", "airflow_ecs_image", "dags", "pack", "-C", str(directory), "-o", "out.tar.gz"],
        env=environment,
        umask=umask,
        check=True,
        capture_output=True,
        timeout=60,
    )
    return (directory / "out.tar.gz").read_bytes()


def write(directory: Path, names: list[str], *, mode: int, time: int) -> None:
    for name in names:
        path = directory / "dags" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CONTENT[name])
        path.chmod(mode | (0o100 if name.endswith(".sh") else 0))
        os.utime(path, (time, time))


def test_two_machines_pack_the_same_bytes(tmp_path: Path) -> None:
    """Another place, order, mode, owner's umask, time, time zone, locale and hash seed."""
    one, other = tmp_path / "one", tmp_path / "somewhere else/deeper"
    write(one, list(CONTENT), mode=0o644, time=1)
    write(other, list(reversed(CONTENT)), mode=0o660, time=2_000_000_000)
    (other / "dags/__pycache__").mkdir()
    (other / "dags/__pycache__/dag.pyc").write_bytes(b"0")
    (other / "dags/.env").write_text("SECRET=1")
    first = packed(one)
    assert packed(other, locale="C", zone="Pacific/Auckland", umask=0o077) == first
    with tarfile.open(fileobj=io.BytesIO(first)) as tar:
        assert {member.name: member.mode for member in tar} == {
            name: 0o755 if name == "run.sh" else 0o644 for name in CONTENT
        }


def test_pack_packs_what_build_would_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, list(CONTENT), mode=0o644, time=1)
    (tmp_path / "dags").rename(tmp_path / "flows")
    (tmp_path / "image.toml").write_text('host_dag_path = "flows"\n')
    (tmp_path / ".dockerignore").write_text("flows/run.sh\n")
    (tmp_path / "flows/.airflowignore").write_text("lib/*\n")
    (tmp_path / "flows/id_rsa").write_text("x")
    assert run(["dags", "pack", "-C", str(tmp_path), "-o", "out.tar.gz"]) == 0
    with tarfile.open(tmp_path / "out.tar.gz") as tar:
        assert tar.getnames() == [".airflowignore", "dag.py", "lib/" + "n" * 130 + ".sql"]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "DAG files: 3 from flows, 4 left out"
    assert lines[-1].startswith(f"wrote {tmp_path}/out.tar.gz (")


def test_tar_unpacks_it(tmp_path: Path) -> None:
    write(tmp_path, list(CONTENT), mode=0o644, time=1)
    packed(tmp_path)
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    subprocess.run(["tar", "-C", unpacked, "-xzf", tmp_path / "out.tar.gz"], check=True)
    assert {
        path.relative_to(unpacked).as_posix(): path.read_bytes()
        for path in unpacked.rglob("*")
        if path.is_file()
    } == CONTENT
