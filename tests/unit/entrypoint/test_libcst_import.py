"""Airflow's one module that wants libcst gets it when it uses it; whoever else imports it gets it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from .start import AIRFLOW_3, install, python, write

_MODULE = "airflow/sdk/definitions/_internal/decorators.py"
# The shape of Airflow's module: a class that has libcst's as its base, and a function that uses both.
_DECORATORS = """
import libcst as cst

class Remover(cst.CSTTransformer):
    def __init__(self, name: str) -> None:
        self.name = name

def remove(source: str, name: str) -> str:
    return cst.parse_module(source).visit(Remover(name)).code

def unrelated() -> int:
    return 1
"""
_LIBCST = """
import abc
print("libcst is imported")

class CSTTransformer(metaclass=abc.ABCMeta):
    def leave(self, code):
        return code.replace(self.name, "")

class Module:
    def __init__(self, code):
        self.code = code
    def visit(self, transformer):
        assert isinstance(transformer, CSTTransformer)
        return Module(transformer.leave(self.code))

def parse_module(source):
    return Module(source)
"""
_IMPORT = "from airflow.sdk.definitions._internal import decorators as d\n"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    packages = tmp_path / "packages"
    install(packages, "libcst_import")
    write(packages, _MODULE, _DECORATORS)
    write(packages, "libcst/__init__.py", _LIBCST)
    write(packages, "libcst/matchers.py", "")
    return packages


def said(packages: Path, program: str) -> list[str]:
    """What the worker command says that does this."""
    write(packages, "airflow/sdk/execution_time/execute_workload.py", program)
    return python(packages, *AIRFLOW_3)


def test_who_does_not_use_it_does_not_import_it(packages: Path) -> None:
    program = _IMPORT + "import sys\nprint(d.unrelated(), 'libcst' in sys.modules)"
    assert said(packages, program) == ["1 False"]


def test_who_uses_it_gets_it(packages: Path) -> None:
    program = (
        _IMPORT + "import sys\nprint(d.remove('@task x', '@task '), d.remove('@task y', '@task '))\n"
        "import libcst\nprint(d.cst is libcst, d.Remover.__mro__[1] is libcst.CSTTransformer)"
    )
    assert said(packages, program) == ["libcst is imported", "x y", "True True"]


@pytest.mark.parametrize(
    "statement", ["import libcst", "import libcst.matchers", "from libcst import matchers"]
)
def test_another_importer_gets_it_at_once(packages: Path, statement: str) -> None:
    program = f"{_IMPORT}{statement}\nimport sys\nprint(sys.modules['libcst'].Module.__name__)\nprint(d.remove('ab', 'a'))"
    assert said(packages, program) == ["libcst is imported", "Module", "b"]


def test_it_is_there_already(packages: Path) -> None:
    program = f"import libcst\n{_IMPORT}print(d.cst is libcst, d.remove('ab', 'a'))"
    assert said(packages, program) == ["libcst is imported", "True b"]


def test_a_module_that_uses_more_of_it_when_it_is_imported(packages: Path) -> None:
    write(packages, _MODULE, f"{_DECORATORS}\nclass Second(cst.CSTTransformer, cst.Module):\n    pass\n")
    program = _IMPORT + "print(d.remove('ab', 'a'), [each.__name__ for each in d.Second.__bases__])"
    assert said(packages, program) == ["libcst is imported", "b ['CSTTransformer', 'Module']"]


def test_other_commands_import_it_as_ever(packages: Path) -> None:
    assert python(packages, "-c", _IMPORT + "print(d.unrelated())") == ["libcst is imported", "1"]
