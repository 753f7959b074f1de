"""Who may never use what it imports gets a stand-in: everything else is as if the real thing had been imported at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from .start import install, python, write

_PUT_OFF = """
from airflow_ecs_image_start.stand_in import put_off

put_off("importer", {"heavy": (), "heavy.parts": ("Part", "make")})
put_off("importer.inner", {"heavy": (), "heavy.tools": ()})
"""
_IMPORTER = """
import heavy
from heavy.parts import Part, make

class OfAPart:
    part = Part

def use(name):
    return make(name).name

def is_a_part(value):
    return isinstance(value, Part)

def kinds():
    return Part.kinds

def tool():
    return heavy.tools.hammer()

def version():
    return heavy.version

def unrelated():
    return 1
"""
_PARTS = """
print("the parts are imported")

class Part:
    kinds = 3

    def __init__(self, name):
        self.name = name

def make(name):
    return Part(name)

other = 4
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    packages = tmp_path / "packages"
    install(packages)
    write(packages, "put_off_here.py", _PUT_OFF)
    (packages / "sitecustomize.py").write_text("import put_off_here\n", encoding="utf-8")
    write(packages, "importer/__init__.py", _IMPORTER)
    write(packages, "importer/inner.py", "import heavy.tools\ndef tool():\n    return heavy.tools.hammer()\n")
    write(packages, "heavy/__init__.py", "version = 7\n")
    write(packages, "heavy/parts.py", _PARTS)
    write(packages, "heavy/tools.py", "def hammer():\n    return 'hammer'\n")
    return packages


def said(packages: Path, program: str) -> list[str]:
    """What Python says that does this."""
    return python(packages, "-c", f"import sys\n{program}")


def test_who_does_not_use_it_does_not_import_it(packages: Path) -> None:
    program = (
        "import importer\nprint(importer.unrelated(), 'heavy' in sys.modules, 'heavy.parts' in sys.modules)"
    )
    assert said(packages, program) == ["1 False False"]


def test_nothing_is_of_a_class_that_nobody_has_imported(packages: Path) -> None:
    program = "import importer\nprint(importer.is_a_part(1), 'heavy.parts' in sys.modules)"
    assert said(packages, program) == ["False False"]


@pytest.mark.parametrize(
    ("use", "answer"),
    [
        ("importer.use('bolt')", "bolt"),
        ("importer.kinds()", "3"),
        ("importer.is_a_part(__import__('heavy.parts').parts.make('x'))", "True"),
        ("importer.version()", "7"),
        ("__import__('types').new_class('Own', (importer.Part,))('own').name", "own"),
        ("issubclass(int, importer.Part)", "False"),
    ],
)
def test_who_uses_it_gets_it(packages: Path, use: str, answer: str) -> None:
    assert said(packages, f"import importer\nprint({use})") == ["the parts are imported", answer]


def test_it_is_imported_once(packages: Path) -> None:
    program = (
        "import importer, heavy.parts\nprint(importer.use('a'), importer.use('b'), importer.make('c').kinds)"
    )
    assert said(packages, program) == ["the parts are imported", "a b 3"]


@pytest.mark.parametrize(
    "statement", ["import heavy.parts", "from heavy import parts", "from heavy.parts import make"]
)
def test_another_importer_gets_it_at_once(packages: Path, statement: str) -> None:
    program = f"import importer\n{statement}\nprint(type(sys.modules['heavy.parts']).__name__)"
    assert said(packages, program) == ["the parts are imported", "module"]


def test_a_name_that_nobody_counted_on_is_the_real_one(packages: Path) -> None:
    write(packages, "importer/__init__.py", "from heavy.parts import make, other\nprint(other)\n")
    assert said(packages, "import importer\nprint(importer.make('x').name)") == [
        "the parts are imported",
        "4",
        "x",
    ]


def test_two_importers_one_in_the_other(packages: Path) -> None:
    write(packages, "importer/__init__.py", f"from importer import inner\n{_IMPORTER}")
    program = (
        "import importer\nprint('heavy' in sys.modules)\nprint(importer.inner.tool(), importer.use('x'))"
    )
    assert said(packages, program) == ["False", "the parts are imported", "hammer x"]


def test_what_is_imported_already_has_no_stand_in(packages: Path) -> None:
    program = "import heavy.parts, importer\nprint(importer.Part is heavy.parts.Part)"
    assert said(packages, program) == ["the parts are imported", "True"]


def test_what_is_not_installed_is_missing_as_ever(packages: Path) -> None:
    for path in (packages / "heavy").iterdir():
        path.unlink()
    (packages / "heavy").rmdir()
    program = "try:\n    import importer\nexcept ModuleNotFoundError as error:\n    print(error)"
    assert said(packages, program) == ["No module named 'heavy'"]


def test_an_importer_that_fails_leaves_no_stand_in_behind(packages: Path) -> None:
    write(packages, "importer/__init__.py", "import heavy.parts\nraise ValueError('on purpose')\n")
    program = (
        "try:\n    import importer\nexcept ValueError as error:\n    print(error)\n"
        "print('heavy' in sys.modules)\nimport heavy.parts\nprint(heavy.parts.other)"
    )
    assert said(packages, program) == ["on purpose", "False", "the parts are imported", "4"]


def test_all_of_a_package_that_was_put_off_can_be_imported(packages: Path) -> None:
    program = (
        "import importer\nfrom airflow_ecs_image_start.stand_in import import_what_was_put_off\n"
        "import_what_was_put_off('other')\nprint('heavy.parts' in sys.modules)\n"
        "import_what_was_put_off('heavy')\nprint('heavy.parts' in sys.modules)"
    )
    assert said(packages, program) == ["False", "the parts are imported", "True"]


_BY_WAY_OF = """
from airflow_ecs_image_start.stand_in import put_off

put_off("facade.templates", {"facade.paths": ("Path",)}, by_way_of="facade")
"""
_FACADE = """
def __getattr__(name):
    if name == "Path":
        from facade import paths
        globals()[name] = paths.Path
        return paths.Path
    raise AttributeError(name)
"""


@pytest.mark.parametrize(
    ("program", "lines"),
    [
        ("print(t.is_path(1), 'Path' in vars(facade), 'facade.paths' in sys.modules)", ["False False False"]),
        ("print(t.is_path(t.Path('x')), t.is_path(1))", ["the paths are imported", "True False"]),
        ("print(t.is_path(facade.Path('x')))", ["the paths are imported", "True"]),
        ("print(facade.Path is t.Path._real())", ["the paths are imported", "True"]),
    ],
)
def test_a_name_that_a_package_finds_when_it_is_asked(packages: Path, program: str, lines: list[str]) -> None:
    write(packages, "put_off_here.py", _BY_WAY_OF)
    write(packages, "facade/__init__.py", _FACADE)
    write(
        packages,
        "facade/paths.py",
        "print('the paths are imported')\nclass Path:\n    def __init__(self, name): pass\n",
    )
    templates = "from facade import Path\ndef is_path(value):\n    return isinstance(value, Path)\n"
    write(packages, "facade/templates.py", templates)
    assert said(packages, f"import facade, facade.templates as t\n{program}") == lines


def test_a_name_that_a_package_has_found_already(packages: Path) -> None:
    write(packages, "put_off_here.py", _BY_WAY_OF)
    write(packages, "facade/__init__.py", _FACADE)
    write(packages, "facade/paths.py", "class Path: pass\n")
    write(packages, "facade/templates.py", "from facade import Path\n")
    program = "import facade\nfacade.Path\nimport facade.templates as t\nprint(t.Path is facade.Path)"
    assert said(packages, program) == ["True"]


def test_a_function_that_imports_it_itself(packages: Path) -> None:
    write(
        packages,
        "put_off_here.py",
        "from airflow_ecs_image_start.stand_in import put_off_in_function\n"
        "put_off_in_function('importer', 'check', {'heavy.parts': ('Part',)})\n",
    )
    write(
        packages,
        "importer/__init__.py",
        "def check():\n    from heavy.parts import Part\n    return lambda value: isinstance(value, Part)\n",
    )
    program = (
        "import importer\nchecks = [importer.check(), importer.check()]\n"
        "print([check(1) for check in checks], 'heavy.parts' in sys.modules)\n"
        "import heavy.parts\nprint([check(heavy.parts.Part('x')) for check in (*checks, importer.check())])"
    )
    assert said(packages, program) == ["[False, False] False", "the parts are imported", "[True, True, True]"]


def test_two_that_want_the_same_module(packages: Path) -> None:
    write(
        packages,
        "put_off_here.py",
        "from airflow_ecs_image_start.stand_in import when_executed\n"
        "def told(number):\n    def execute(module, usual):\n        print('before', number)\n"
        "        usual(module)\n        print('after', number)\n    return execute\n"
        "when_executed('importer', told(1))\nwhen_executed('importer', told(2))\n",
    )
    write(packages, "importer/__init__.py", "print('executed')\n")
    assert said(packages, "import importer") == ["before 1", "before 2", "executed", "after 2", "after 1"]
