"""Remembers what an image was built from, so that a build of the same again need not ask BuildKit."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image import __version__
from airflow_ecs_image.engine import BuildRequest
from airflow_ecs_image.state import cache_folder, write_whole

_DIGEST = "@sha256:"


@dataclass(frozen=True)
class Built:
    """What is remembered of an image: the digest of what it was built from, its id, and the number of its steps."""

    built_from: str
    image_id: str
    steps: int


def built_from(request: BuildRequest, base_reference: str, base_id: str | None) -> str | None:
    """The digest of all that decides what the image of a request holds; None where that cannot be told.

    `base_id` is the id of the base in the engine's store, for a base that its reference does not pin. Package index and
    proxy do not count, as they do not for BuildKit's cache. Credentials would: a build that stores some is never
    remembered.
    """
    if request.secret_build_args or (_DIGEST not in base_reference and base_id is None):
        return None
    decided = {
        "toolkit": __version__,
        "dockerfile": request.dockerfile,
        "base": base_id if _DIGEST not in base_reference else base_reference,
        "options": request.arguments(),
        "context": list(_entries(request.context)),
    }
    return hashlib.sha256(json.dumps(decided).encode()).hexdigest()


def remembered(tag: str) -> Built | None:
    """What is remembered of the image that a build gave this name last."""
    try:
        return Built(**json.loads(_file(tag).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def remember(tag: str, built: Built) -> None:
    """Remember it. A cache that cannot be written is no failure."""
    with contextlib.suppress(OSError):
        write_whole(_file(tag), json.dumps(vars(built)).encode())


def _file(tag: str) -> Path:
    """One for each name and engine: the same name is another image in another engine."""
    where = f"{os.environ.get('DOCKER_HOST', '')} {os.environ.get('DOCKER_CONTEXT', '')} {tag}"
    return cache_folder() / "builds" / f"{hashlib.sha256(where.encode()).hexdigest()}.json"


def _entries(folder: Path) -> Iterator[tuple[str, int, str]]:
    """Path, type and mode, and content of all that a context holds."""
    for directory, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted([*folders, *files]):
            path = Path(directory, name)
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                content = str(path.readlink())
            elif stat.S_ISREG(mode):
                content = hashlib.sha256(path.read_bytes()).hexdigest()
            else:
                content = ""
            yield str(path.relative_to(folder)), mode, content
