"""The DAG files of an image: which they are, and one hash for all of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from airflow_ecs_image.context.ignore import airflowignore, always_left_out, dockerignore
from airflow_ecs_image.context.imports import imported_files
from airflow_ecs_image.errors import DagFolderError

_DAG_SUFFIXES = (".py", ".zip")


@dataclass(frozen=True)
class DagFiles:
    """Files relative to `folder`, sorted; `left_out` counts those that stayed behind. `content_hash` is a sha256."""

    folder: Path
    files: tuple[PurePosixPath, ...]
    left_out: int
    content_hash: str


def collect_dag_files(directory: Path, host_dag_path: str, *, airflow_major: int) -> DagFiles:
    """The files of the DAG folder that belong into the image.

    Left out are version control, caches and secrets, what .dockerignore names, and the Python and zip files that
    .airflowignore names and no DAG file imports. Raises DagFolderError for a folder that is missing or has no file
    left, and for a symbolic link that leaves it.
    """
    folder = directory / host_dag_path
    if not folder.is_dir():
        raise DagFolderError(
            f"host_dag_path: '{host_dag_path}' is no folder in {directory}",
            mend="name the DAG folder with --host-dag-path, or `init` makes one with an example",
        )
    everything = sorted(_walk(folder))
    secret, by_docker, by_airflow = (
        always_left_out(),
        dockerignore(directory),
        airflowignore(folder, airflow_major),
    )
    prefix = PurePosixPath(host_dag_path)
    allowed = [path for path in everything if not secret(path) and not by_docker(prefix / path)]
    ignored = [path for path in allowed if path.suffix in _DAG_SUFFIXES and by_airflow(path)]
    kept = sorted(set(allowed) - set(ignored))
    importers = [path for path in kept if path.suffix == ".py"]
    files = tuple(sorted({*kept, *imported_files(folder, importers, ignored)}))
    if not files:
        raise DagFolderError(
            f"host_dag_path: '{host_dag_path}' holds no file for the image ({len(everything)} left out)",
            mend="put DAG files there, or name another folder with --host-dag-path",
        )
    return DagFiles(folder, files, len(everything) - len(files), _hash(folder, files))


def _walk(folder: Path) -> Iterator[PurePosixPath]:
    root = folder.resolve()
    for parent, directories, names in os.walk(folder, followlinks=True):
        directories[:] = sorted(name for name in directories if name not in {".git", "__pycache__"})
        for name in (*names, *directories):
            path = Path(parent, name)
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                raise DagFolderError(
                    f"{path} is a symbolic link to {path.resolve()}, outside the DAG folder",
                    mend="copy the file there: an image cannot follow the link",
                )
        for name in names:
            path = Path(parent, name)
            if path.is_file():
                yield PurePosixPath(path.relative_to(folder).as_posix())


def _hash(folder: Path, files: tuple[PurePosixPath, ...]) -> str:
    total = hashlib.sha256()
    for path in files:
        content = hashlib.sha256((folder / path).read_bytes()).hexdigest()
        total.update(f"{path}\0{content}\n".encode())
    return total.hexdigest()
