"""Which files other files import, read from their text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import pytest

from airflow_ecs_image.context.imports import imported_files

Write = Callable[[Mapping[str, str | bytes]], Path]


def imported(folder: Path, importers: list[str], among: list[str]) -> list[str]:
    paths = imported_files(folder, map(PurePosixPath, importers), map(PurePosixPath, among))
    return sorted(path.as_posix() for path in paths)


@pytest.mark.parametrize(
    ("path", "text", "module"),
    [
        ("a.py", "import b", "b.py"),
        ("a.py", "import os, b as c", "b.py"),
        ("a.py", "from b import x", "b.py"),
        ("a.py", "def f():\n    if 1:\n        import b", "b.py"),
        ("a.py", "import p.q.r", "p/q/r.py"),
        ("a.py", "from p.q import r", "p/q/r.py"),
        ("a.py", "from p import q", "p/q/__init__.py"),
        ("a.py", "import p.q.r", "p/__init__.py"),
        ("p/a.py", "from . import b", "p/b.py"),
        ("p/a.py", "from .b import x", "p/b.py"),
        ("p/q/a.py", "from ..r import x", "p/r.py"),
        ("p/q/a.py", "from ...r import x", "r.py"),
        ("p/__init__.py", "from . import b", "p/b.py"),
        ("p/a.py", "import b", "p/b.py"),
        ("p/a.py", "from b.c import x", "p/b/c.py"),
        ("p/a.py", "from p import b", "p/b.py"),
        ("a.py", "try:\n    import b\nexcept ImportError:\n    pass", "b.py"),
    ],
)
def test_an_import_is_found(write: Write, path: str, text: str, module: str) -> None:
    folder = write({path: text, module: ""})
    assert imported(folder, [path], [module]) == [module]


@pytest.mark.parametrize(
    "text", ["import bb", "from x import b2", "'import b'", "# import b", "import x.b", ""]
)
def test_what_is_not_imported_is_not_found(write: Write, text: str) -> None:
    assert imported(write({"a.py": text, "b.py": ""}), ["a.py"], ["b.py"]) == []


def test_imports_of_imports_are_found_and_circles_end(write: Write) -> None:
    folder = write(
        {"a.py": "import b", "b.py": "import c", "c.py": "import b, d", "d.py": "", "e.py": "import a"}
    )
    assert imported(folder, ["a.py"], ["b.py", "c.py", "d.py", "e.py"]) == ["b.py", "c.py", "d.py"]


def test_a_module_and_a_package_of_one_name_are_both_found(write: Write) -> None:
    folder = write({"a.py": "import b", "b.py": "", "b/__init__.py": "import c", "c.py": ""})
    assert imported(folder, ["a.py"], ["b.py", "b/__init__.py", "c.py"]) == ["b.py", "b/__init__.py", "c.py"]


@pytest.mark.parametrize(
    "content", ["import (", "\0", b"\xff\xfe", b"# coding: nonsense\nimport b", "(" * 10000]
)
def test_a_file_that_is_no_python_imports_nothing(write: Write, content: str | bytes) -> None:
    assert imported(write({"a.py": content, "b.py": ""}), ["a.py", "missing.py"], ["b.py"]) == []
