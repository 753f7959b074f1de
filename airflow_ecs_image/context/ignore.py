"""What never goes into an image, and what the user's ignore files name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from pathspec import GitIgnoreSpec

from airflow_ecs_image.errors import DagFolderError

# Version control, caches and what holds secrets. A DAG needs none of them.
ALWAYS_LEFT_OUT = (
    ".git/",
    ".hg/",
    ".svn/",
    "__pycache__/",
    "*.py[co]",
    ".mypy_cache/",
    ".pytest_cache/",
    ".ruff_cache/",
    ".venv/",
    ".DS_Store",
    ".env*",
    ".aws/",
    ".ssh/",
    ".netrc",
    ".pypirc",
    "*.pem",
    "*.key",
    "id_rsa*",
    "id_ed25519*",
)

Ignores = Callable[[PurePosixPath], bool]


def always_left_out() -> Ignores:
    """True for a path, relative to the DAG folder, that no image may hold."""
    spec = GitIgnoreSpec.from_lines(ALWAYS_LEFT_OUT)
    return lambda path: spec.match_file(path.as_posix())


def dockerignore(directory: Path) -> Ignores:
    """True for a path, relative to the working directory, that its .dockerignore names.

    Docker's patterns count from the root of the context (Dockerfile reference, .dockerignore file), unlike git's.
    """
    file = directory / ".dockerignore"
    if not file.is_file():
        return lambda _path: False
    lines = []
    for line in file.read_text(encoding="utf-8").splitlines():
        pattern = line.strip()
        if pattern and not pattern.startswith("#"):
            negation, pattern = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
            lines.append(f"{negation}/{pattern.removeprefix('./').lstrip('/')}")
    spec = GitIgnoreSpec.from_lines(lines)
    return lambda path: spec.match_file(path.as_posix())


def airflowignore(folder: Path, airflow_major: int) -> Ignores:
    """True for a path, relative to the DAG folder, that an .airflowignore at or above it names.

    Airflow 3 reads glob patterns, Airflow 2 regular expressions ([core] dag_ignore_file_syntax). Raises DagFolderError
    for an expression that does not compile.
    """
    rules: list[tuple[PurePosixPath, Ignores]] = []
    for file in sorted(folder.rglob(".airflowignore")):
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        lines = [line for line in lines if line and not line.startswith("#")]
        place = PurePosixPath(file.parent.relative_to(folder).as_posix())
        rules.append((place, _globs(lines) if airflow_major >= 3 else _expressions(file, lines)))

    def named(path: PurePosixPath) -> bool:
        return any(
            rule(path.relative_to(place))
            for place, rule in rules
            if place == PurePosixPath(".") or place in path.parents
        )

    return named


def _globs(lines: list[str]) -> Ignores:
    spec = GitIgnoreSpec.from_lines(lines)
    return lambda path: spec.match_file(path.as_posix())


def _expressions(file: Path, lines: list[str]) -> Ignores:
    expressions = []
    for line in lines:
        try:
            expressions.append(re.compile(re.sub(r"\s*#.*", "", line)))
        except re.error as error:
            raise DagFolderError(
                f"{file}: {line!r} is not a regular expression ({error}), which Airflow 2 expects there",
                mend="correct the line",
            ) from None
    return lambda path: any(expression.search(path.as_posix()) for expression in expressions)
