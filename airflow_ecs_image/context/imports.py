"""Which Python files other Python files import, read from their text."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path, PurePosixPath


def imported_files(
    folder: Path, importers: Iterable[PurePosixPath], among: Iterable[PurePosixPath]
) -> set[PurePosixPath]:
    """The files of `among` that `importers` import, directly or through one another; paths are relative to `folder`.

    .airflowignore names files that hold no DAGs; a helper module is often one, and a DAG that imports it needs it.
    """
    by_module = {_module(path): path for path in among if path.suffix == ".py"}
    found: set[PurePosixPath] = set()
    waiting = list(importers)
    while waiting and len(found) < len(by_module):
        path = waiting.pop()
        for name in _imported_modules(folder, path):
            for module in _with_parents(name):
                hit = by_module.get(module)
                if hit is not None and hit not in found:
                    found.add(hit)
                    waiting.append(hit)
    return found


def _module(path: PurePosixPath) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _with_parents(name: str) -> Iterable[str]:
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts) + 1))


def _imported_modules(folder: Path, path: PurePosixPath) -> set[str]:
    try:
        tree = ast.parse((folder / path).read_bytes())
    except (SyntaxError, ValueError, OSError):
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = path.parts[: len(path.parts) - node.level] if node.level else ()
            package = ".".join([*above, *([node.module] if node.module else [])])
            names.add(package)
            names.update(f"{package}.{alias.name}" if package else alias.name for alias in node.names)
    return names
