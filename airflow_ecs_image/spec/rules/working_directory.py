"""Paths of this machine: what is copied stays inside the working directory, what is read must exist."""

from __future__ import annotations

import os.path
from pathlib import Path

from airflow_ecs_image.spec.refusal import Refused

_INSIDE = "a relative path inside the working directory"


def inside(value: str, directory: Path | None) -> str:
    """The normal, relative form of a path below the working directory.

    An absolute path is refused unless it lies in `directory`; without a directory every absolute path is refused.
    """
    if any(character in value for character in "*?["):
        raise Refused("Docker reads *, ? and [ as a pattern", _INSIDE)
    path = Path(os.path.normpath(value))
    if not path.is_absolute():
        if path.parts[:1] == ("..",):
            raise Refused("it lies outside the working directory", _INSIDE)
        return str(path)
    if directory is None:
        raise Refused("it is absolute", _INSIDE)
    # The shell may know the working directory by a symbolic link.
    for known_as in (directory.absolute(), directory.resolve()):
        if path.is_relative_to(known_as):
            return str(path.relative_to(known_as))
    raise Refused("it lies outside the working directory", _INSIDE)


def existing_file(value: str, directory: Path | None) -> str:
    """Refuse a file that is not there; `~` is expanded, a relative path counts from `directory` and is kept."""
    try:
        path = str(Path(value).expanduser())
    except RuntimeError:
        raise Refused("there is no such user's home", "the path of a file", shown=f"'{value}'") from None
    if directory is None:
        return path
    if not (directory / path).exists():
        raise Refused(f"there is no such file in {directory}", "the path of a file", shown=f"'{value}'")
    if not (directory / path).is_file():
        raise Refused("it is not a file", "the path of a file", shown=f"'{value}'")
    return path
