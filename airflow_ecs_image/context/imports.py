"""Which Python files other Python files import, read from their text."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath


def imported_files(
    folder: Path, importers: Iterable[PurePosixPath], among: Iterable[PurePosixPath]
) -> set[PurePosixPath]:
    """The files of `among` that `importers` import, directly or through one another; paths are relative to `folder`.

    .airflowignore names files that hold no DAGs; a helper module is often one, and a DAG that imports it needs it.
    """
    by_module: dict[str, list[PurePosixPath]] = defaultdict(list)
    for path in among:
        if path.suffix == ".py":
            by_module[_module(path)].append(path)
    found: set[PurePosixPath] = set()
    waiting = list(importers) if by_module else []
    while waiting:
        path = waiting.pop()
        for name in _imported_modules(folder, path):
            for module in _with_parents(name):
                new = set(by_module.get(module, ())) - found
                found |= new
                waiting += new
    return found


def _module(path: PurePosixPath) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _with_parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts) + 1))


def _imported_modules(folder: Path, path: PurePosixPath) -> set[str]:
    """Names from the DAG folder, which is on sys.path, and from the file's own, which some DAGs put there."""
    try:
        tree = ast.parse((folder / path).read_bytes())
    except (SyntaxError, ValueError, OSError, RecursionError):
        return set()
    own = list(path.parts[:-1])
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names |= {alias.name, ".".join([*own, alias.name])}
        elif isinstance(node, ast.ImportFrom):
            places = [path.parts[: max(len(path.parts) - node.level, 0)]] if node.level else [(), tuple(own)]
            for place in places:
                package = [*place, *([node.module] if node.module else [])]
                names.add(".".join(package))
                names |= {".".join([*package, alias.name]) for alias in node.names}
    return names
