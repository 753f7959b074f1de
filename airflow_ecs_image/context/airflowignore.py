"""What .airflowignore files name, by the rules of Airflow's own search for DAG files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from pathspec import GitIgnoreSpec

# What a file says of a path and whether it is a folder: left out, taken in again, or nothing.
_Rule = Callable[[PurePosixPath, bool], bool | None]


def airflowignore(
    folder: Path, files: Iterable[PurePosixPath], airflow_major: int
) -> Callable[[PurePosixPath], bool]:
    """True for a path, relative to the DAG folder, that an .airflowignore among `files` names.

    By default Airflow 3 reads glob patterns as git does, relative to the file that holds them, and Airflow 2 regular
    expressions, searched in the path from the DAG folder ([core] dag_ignore_file_syntax). A file counts for its folder
    and all below. An expression that does not compile is passed over, as Airflow does: what it means stays in.
    """
    places: list[tuple[PurePosixPath, _Rule]] = []
    for file in sorted(files, key=lambda path: path.parts):
        if file.name == ".airflowignore":
            text = (folder / file).read_text(encoding="utf-8", errors="replace")
            lines = [re.sub(r"\s*#.*", "", line) for line in text.splitlines()]
            rule = _globs(lines, file.parent) if airflow_major >= 3 else _expressions(lines)
            places.append((file.parent, rule))

    def named(path: PurePosixPath) -> bool:
        steps = [(step, True) for step in reversed(path.parents[:-1])]
        return any(_left_out(step, is_folder, places) for step, is_folder in [*steps, (path, False)])

    return named


def _left_out(path: PurePosixPath, is_folder: bool, places: list[tuple[PurePosixPath, _Rule]]) -> bool:
    left_out = False
    for place, rule in places:
        if place in path.parents:
            decision = rule(path, is_folder)
            left_out = left_out if decision is None else decision
    return left_out


def _globs(lines: list[str], place: PurePosixPath) -> _Rule:
    spec = GitIgnoreSpec.from_lines(lines)

    def decide(path: PurePosixPath, is_folder: bool) -> bool | None:
        return spec.check_file(f"{path.relative_to(place).as_posix()}{'/' if is_folder else ''}").include

    return decide


def _expressions(lines: list[str]) -> _Rule:
    expressions = []
    for line in filter(None, lines):
        try:
            expressions.append(re.compile(line))
        except re.error:
            continue
    return lambda path, _is_folder: any(each.search(path.as_posix()) for each in expressions) or None
