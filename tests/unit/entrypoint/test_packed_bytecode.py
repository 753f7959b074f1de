"""Modules of packages come from the packed bytecode as long as their sources are what they were, and else as ever."""

from __future__ import annotations

import compileall
import os
import py_compile
import sysconfig
from pathlib import Path

import pytest

from .start import TIME, install, prepare, python, write

_WHERE_FROM = "import sys, importlib; m = importlib.import_module(sys.argv[1]); print(m.VALUE, type(m.__loader__).__name__)"
_UNCHECKED = py_compile.PycInvalidationMode.UNCHECKED_HASH
PACKED, USUAL = "_Loader", "SourceFileLoader"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Packages that are packed, and whose source says 1."""
    packages = tmp_path / "packages"
    install(packages, "packed_bytecode")
    write(packages, "top.py", "VALUE = 1\n")
    write(packages, "a/module.py", "VALUE = 1\n\ndef broken():\n    raise ValueError(VALUE)\n")
    write(packages, "a/inner/__init__.py", "from a.module import VALUE\n")
    write(packages, "a/inner/deep.py", "VALUE = 1\n")
    (packages / "namespace").mkdir()
    (packages / "namespace" / "module.py").write_text("VALUE = 1\n", encoding="utf-8")
    assert compileall.compile_dir(packages, quiet=2, invalidation_mode=_UNCHECKED)
    prepare(packages, "pack-bytecode")
    return packages


def where_from(packages: Path, module: str, more: tuple[Path, ...] = ()) -> str:
    """The value of a module, and the kind of its loader."""
    (line,) = python(packages, "-c", _WHERE_FROM, module, more=more)
    return line


@pytest.mark.parametrize("module", ["a.module", "a.inner", "a.inner.deep", "namespace.module"])
def test_a_module_of_a_package_is_packed(packages: Path, module: str) -> None:
    assert where_from(packages, module) == f"1 {PACKED}"
    assert [path.stem.partition(".")[0] for path in (packages / "a").rglob("*.pyc")] == ["__init__"]


def test_a_module_of_no_package_is_found_as_ever(packages: Path) -> None:
    assert where_from(packages, "top") == f"1 {USUAL}"
    assert list(packages.glob("__pycache__/top.*.pyc"))


def test_another_size_of_the_source(packages: Path) -> None:
    source = packages / "a" / "module.py"
    source.write_text("VALUE = 22\n", encoding="utf-8")
    os.utime(source, (TIME, TIME))
    assert where_from(packages, "a.module") == f"22 {USUAL}"


def test_another_time_of_the_source(packages: Path) -> None:
    source = packages / "a" / "module.py"
    source.write_text(source.read_text(encoding="utf-8").replace("1", "2"), encoding="utf-8")
    os.utime(source, (TIME + 1, TIME + 1))
    assert where_from(packages, "a.module") == f"2 {USUAL}"


def test_a_source_that_is_gone(packages: Path) -> None:
    (packages / "a" / "inner" / "deep.py").unlink()
    program = "import importlib.util; print(importlib.util.find_spec('a.inner.deep'))"
    assert python(packages, "-c", program) == ["None"]


def test_a_package_that_comes_first_on_the_path(packages: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other, "a/module.py", "VALUE = 3\n")
    assert where_from(packages, "a.module", (other,)) == f"3 {USUAL}"


def test_a_package_becomes_one_with_the_name_of_a_module(packages: Path) -> None:
    """Python takes the package, so the module was not packed."""
    write(packages, "b/both.py", "VALUE = 1\n")
    write(packages, "b/both/__init__.py", "VALUE = 2\n")
    assert compileall.compile_dir(packages / "b", quiet=2, invalidation_mode=_UNCHECKED)
    prepare(packages, "pack-bytecode")
    assert where_from(packages, "b.both") == f"2 {PACKED}"


def test_a_shared_library_comes_before_a_module(packages: Path) -> None:
    write(packages, "b/fast.py", "VALUE = 1\n")
    (packages / "b" / f"fast{sysconfig.get_config_var('EXT_SUFFIX')}").write_bytes(b"no library")
    assert compileall.compile_dir(packages / "b", quiet=2, invalidation_mode=_UNCHECKED)
    prepare(packages, "pack-bytecode")
    program = "import importlib.util; print(type(importlib.util.find_spec('b.fast').loader).__name__)"
    assert python(packages, "-c", program) == ["ExtensionFileLoader"]


@pytest.mark.parametrize("content", [b"", b"\0" * 100, None], ids=["empty", "of another Python", "none"])
def test_without_a_file_that_it_can_read(packages: Path, content: bytes | None) -> None:
    file = packages / "airflow_ecs_image_start" / "bytecode"
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    assert where_from(packages, "a.module") == f"1 {USUAL}"


def test_source_and_traceback_are_at_hand(packages: Path) -> None:
    program = (
        "import a.module, inspect, traceback\n"
        "print(inspect.getsource(a.module.broken).splitlines()[0])\n"
        "try:\n    a.module.broken()\n"
        "except ValueError as error:\n    frame = traceback.extract_tb(error.__traceback__)[-1]\n"
        "print(frame.filename, frame.lineno, frame.line)"
    )
    source = packages / "a" / "module.py"
    assert python(packages, "-c", program) == ["def broken():", f"{source} 4 raise ValueError(VALUE)"]


def test_a_module_runs_as_a_program(packages: Path) -> None:
    write(packages, "a/program.py", "import sys\nprint(__name__, __spec__.name, sys.argv[1:])\n")
    assert compileall.compile_dir(packages / "a", quiet=2, invalidation_mode=_UNCHECKED)
    prepare(packages, "pack-bytecode")
    assert python(packages, "-m", "a.program", "x") == ["__main__ a.program ['x']"]
