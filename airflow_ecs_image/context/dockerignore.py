"""What a .dockerignore names, by Docker's rules, which are not git's (Dockerfile reference, .dockerignore file)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from airflow_ecs_image.errors import DagFolderError

# What Python, but not Docker, could read as a set within a set.
_NESTED = re.compile(r"[\[&|~]")


def dockerignore(directory: Path) -> Callable[[PurePosixPath], bool]:
    """True for a path, relative to the working directory, that its .dockerignore leaves out of the build context.

    Raises DagFolderError for a file that Docker could not read either.
    """
    file = directory / ".dockerignore"
    if not file.is_file():
        return lambda _path: False
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DagFolderError(f"{file}: it is not UTF-8 text", mend="save it as UTF-8") from None
    rules = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#") or not line.strip():
            continue
        included, pattern = line.strip().startswith("!"), line.strip().removeprefix("!").strip()
        try:
            rules.append((included, _expression(_normal(pattern))))
        except (ValueError, re.error):
            raise DagFolderError(
                f"{file}, line {number}: {line.strip()!r} is not a pattern",
                mend="close the [ or write \\[ for a bracket",
            ) from None
    return lambda path: _left_out(path, rules)


def _left_out(path: PurePosixPath, rules: list[tuple[bool, re.Pattern[str]]]) -> bool:
    """The last rule that matches decides; what matches a folder matches all below it.

    A rule with ! is asked only where a path is left out so far: it takes no folder in that nothing had left out.
    """
    matched = [False] * len(rules)
    left_out = False
    for step in (*reversed(path.parents[:-1]), path):
        left_out = False
        for number, (included, expression) in enumerate(rules):
            if not matched[number] and included == left_out:
                matched[number] = expression.fullmatch(step.as_posix()) is not None
            if matched[number]:
                left_out = not included
    return left_out


def _normal(pattern: str) -> str:
    """The pattern as a path from the root of the context."""
    return posixpath.normpath(pattern).lstrip("/") if pattern else ""


def _expression(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression; ValueError for a bracket or a backslash without its end."""
    text, position = "", 0
    while position < len(pattern):
        character = pattern[position]
        position += 1
        if pattern.startswith("**", position - 1):
            position += 1
            within = position < len(pattern)
            position += pattern.startswith("/", position)
            text += "(?:.*/)?" if within else ".*"
        elif character == "*":
            text += "[^/]*"
        elif character == "?":
            text += "[^/]"
        elif character == "[":
            end = pattern.index("]", position + (pattern[position : position + 1] == "^") + 1)
            text += "[" + _NESTED.sub(r"\\\g<0>", pattern[position:end]) + "]"
            position = end + 1
        elif character == "\\":
            text += re.escape(pattern[position : position + 1] or "\\")
            position += 1
        else:
            text += re.escape(character)
    return re.compile(text, re.DOTALL)
