"""Imports point down: which room of the toolkit uses which, as CONTRIBUTING.md says it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "airflow_ecs_image"

# Each room may use those of the floors below its own.
FLOORS = (
    ("cli", "update"),
    ("project",),
    ("local",),
    ("build", "ecs"),
    ("registry",),
    ("dags",),
    ("checks", "render"),
    ("size_report",),
    ("bases",),
    ("setup",),
    ("context",),
    ("engine",),
    ("spec",),
    ("aws", "versions"),
    ("console",),
    ("errors", "resources", "state"),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def room_of(name: str) -> str:
    """`airflow_ecs_image.spec.model` is of the room `spec`."""
    return name.split(".")[1]


def imports(path: Path) -> Iterator[str]:
    """The rooms that a file uses; those of its own package are named whole everywhere."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("airflow_ecs_image."):
            yield room_of(str(node.module))
        elif isinstance(node, ast.ImportFrom) and node.module == "airflow_ecs_image":
            yield from (each.name for each in node.names if each.name != "__version__")


@pytest.mark.parametrize("room", FLOOR)
def test_a_room_uses_only_those_below_it(room: str) -> None:
    folder = PACKAGE / room
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{room}.py"]
    assert files
    for path in files:
        for used in imports(path):
            downward = FLOOR[used] > FLOOR[room]
            assert used == room or downward, f"{path.relative_to(PACKAGE)} uses {used}"


def test_every_room_has_a_floor() -> None:
    rooms = {
        path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert rooms - {"__init__", "__main__"} == FLOOR.keys()
