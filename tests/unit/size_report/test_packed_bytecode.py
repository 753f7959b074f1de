"""Packed bytecode counts for the packages that it is of."""

from __future__ import annotations

import compileall
import py_compile
import subprocess
import sys
from pathlib import Path

import pytest

from airflow_ecs_image.resources import resource
from airflow_ecs_image.size_report.layer_files import read_layers
from airflow_ecs_image.size_report.packed_bytecode import is_packed_bytecode

from .layers import SITE, layer_tar, saved

FILE = f"{SITE}/airflow_ecs_image_start/bytecode"
VERSION = SITE.rpartition("/python")[2].partition("/")[0].replace(".", "")


@pytest.fixture
def packed(tmp_path: Path) -> bytes:
    """The file of two packages."""
    packages = tmp_path / "packages"
    for path, text in {"a/one.py": "ONE = 1\n", "b/inner/__init__.py": "TWO = 'two' * 1\n"}.items():
        (packages / path).parent.mkdir(parents=True)
        (packages / path).write_text(text, encoding="utf-8")
    compileall.compile_dir(packages, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    subprocess.run(
        [sys.executable, resource("entrypoint/pack-bytecode"), packages, packages, "0"], check=True
    )
    return (packages / "airflow_ecs_image_start" / "bytecode").read_bytes()


def test_each_module_is_a_file(packed: bytes) -> None:
    (layer,) = read_layers(saved([layer_tar({f"{SITE}/x.py": b"x", FILE: packed, f"{SITE}/y.py": b"y"})]), {})
    sizes = {file.path: file.bytes for file in layer.files}
    modules = {
        f"{SITE}/a/__pycache__/one.cpython-{VERSION}.pyc",
        f"{SITE}/b/inner/__pycache__/__init__.cpython-{VERSION}.pyc",
    }
    assert modules < set(sizes) == modules | {FILE, f"{SITE}/x.py", f"{SITE}/y.py"}
    assert all(sizes[module] > 50 for module in modules)
    assert sum(sizes.values()) == len(packed) + 2
    assert sizes[f"{SITE}/y.py"] == 1


@pytest.mark.parametrize(
    "content", [b"", b"short", b"\0" * 4 + b"\x08" + b"\0" * 7 + b"no table" + b"rest", b"\xff" * 100]
)
def test_a_file_of_another_layout_is_itself(content: bytes) -> None:
    (layer,) = read_layers(saved([layer_tar({FILE: content})]), {})
    assert {file.path for file in layer.files} == {FILE}
    assert sum(file.bytes for file in layer.files) == len(content)


def test_which_file_it_is() -> None:
    assert is_packed_bytecode(FILE)
    assert not is_packed_bytecode("/opt/bytecode")
